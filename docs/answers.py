"""What Ada answers while the pictures are taken. It fits what she is asked as long as the whispers stay as they are."""

from typing import Final

BEFORE: Final = (
    (80, "The key to the boat shed. I miss the lake and the way my uncle waited there for us."),
    (79, "That I am never early enough! It would complain ALL day and I would slam the door!"),
    (78, "Pottery. I hope I begin this spring, and I look forward to being bad at it for once."),
    (75, 'We say "gloamy" for evening light. My grandmother made it up, and I still love it.'),
    (74, "My sister's. We sat on the harbour wall, warm and calm, and did not have to talk at all."),
    (71, "A backpack. It was a normal week, work and dishes."),
    (68, "That nobody asks me how it is. I am lonely in the evenings and I do not say it."),
    (67, "The neighbour who repaired clocks. I am grateful to him, patience feels like home since then."),
    (66, "A way to keep a smell. Everything else is there."),
    (65, "Something begins. I am hopeful again, and tomorrow I write the first page."),
    (61, "My brother, for half a year. I am ashamed and it hurts, and I still miss him."),
    (60, "That I would learn to swim in the open sea. In June I start, I have signed up!"),
    (57, "Mira. Nobody was angry. I am sad when the train passes her town."),
    (53, "With my father on the carpet, building cities of wood, content and quiet until the lamps were lit."),
    (52, "The grey jumper, as always."),
    (51, "The old linden by the school. Under it I feel safe and at peace."),
    (50, "To my cousin. I was furious, and what I shouted was unfair! I burn when I think of it!"),
    (46, "On the way to another life, perhaps. Who would I be there, and would I know myself?"),
    (45, "In the kitchen with the radio far too loud! My heart was pounding, I was wild with joy!"),
    (41, "My grandmother, once more, with flour on her sleeves. I miss her hands and her humming."),
    (40, "With the people of the choir. We laugh, we sing badly, and I feel at home and thankful."),
    (39, "Why we are here at all. I wonder whether the one who asks is the answer."),
    (36, "A snail shell, because it was a house that nobody could take away from me."),
    (33, "Those who just begin. I want to begin too, and next month I will."),
    (32, "With Jon. We fish, we drink tea, and the calm of it lasts for days."),
    (29, "They know the dough without me. My grandmother taught them, and it is a good, peaceful feeling."),
    (28, "Fog with a bit of sun behind it. I am hopeful."),
    (27, "I am getting up in a house by the sea, and I wonder whether I am happier there."),
    (23, "The garden behind the house, still wild, with the swing. We would both be glad and at home."),
    (22, "That I am very small, and that it is good so. What is all my worry to them?"),
    (20, "The one about the dishes! I win it EVERY time, and I am so angry that nobody hears it!"),
    (19, "From my sister. She does not ask, she brings soup. I am grateful and I feel safe."),
    (16, "Singing alone in front of people. Next week I try it, and I am excited about what comes."),
    (13, "Squirrel, because I could never sit still! I ran, I shouted, I loved it!"),
    (12, "Rain on the garden. I grow quiet and content, and nothing is missing."),
    (9, "A book about a lighthouse. I am thankful that somebody left it on the bench for me."),
    (8, "That I have no time. From tomorrow on I will leave the phone in the hall and begin."),
    (5, "My grandmother's plum cake. It is nothing special, only warm, and I am at home."),
    (4, "I wonder where I end. Standing there I am no one, and everyone, and I do not mind."),
    (3, "A letter of my grandmother's about the garden. I miss her when I read it, and it still smells of her."),
    (2, "Bread and coal smoke. The kitchen is gone, and the longing for it comes in waves."),
    (1, "To say yes to this town. I am hopeful, it was a beginning, and tomorrow I would say it again."),
)
"""So many days ago."""
NOW: Final = {
    "discord": (
        "Long, through the rye, with my brother ahead of me. At the end of it was the light of our kitchen, and every day I hoped "
        "that something new was about to begin there."
    ),
    "telegram": (
        "We said snugging for sitting by the stove. Since my grandfather died nobody says it any more. I miss it, and the evenings "
        "are quiet."
    ),
    "twitch": "My great-grandmother, who left at sixteen with one bag! How did you DARE it? I burn to know, my heart is pounding!",
}
"""On each platform."""
