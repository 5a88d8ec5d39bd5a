"""The pictures of the journey, as SVG without a word in it: sigils, emblems of archetypes, the card. Pure but for `raster`."""
