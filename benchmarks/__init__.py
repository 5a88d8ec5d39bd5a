"""What the house costs, as ratios beside a floor in one run."""
