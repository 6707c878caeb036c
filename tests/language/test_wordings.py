"""How people word things: many prompts for each phenomenon, and as many look-alikes that are none."""

from __future__ import annotations

import pytest

from clip_lint.language import Meaning, read_prompt

COUNTS = """
five sheep grazing beside a stone wall
a photo showing eight people at a dinner table
Three of the windows are broken
an aquarium holding seven fish
exactly four candles on a cake
two-storey bus and 5 bikes
6 cups, 2 plates
a tray of nine cupcakes
a pile of ten books
forty-two balloons
a herd of 20 cows
pack of 12 crayons
four people and their two dogs
how many wheels does the truck have?
what is the number of people in the picture?
a quartet of violinists
scores of runners
a second dog next to the first, two dogs in total
three kittens asleep in a laundry basket
a dozen eggs in a carton
half a dozen croissants on a plate
a couple of kids playing football
exactly one bicycle
only one person in the room
a single red apple
how many people are waiting at the bus stop
How many birds?
number of cars: 4
count the apples
4 cats
5x bottles of wine
two-wheeled cart and 3 horses
twenty-five balloons floating
a trio of musicians
a pair of dogs running on the beach
two people shaking hands
more than five people in the lift
at least 3 chairs
fewer than ten cars
an image containing 2 dogs and 1 cat
a group of 7 hikers
nine-person rowing team and two coaches
dozens of pigeons
hundreds of umbrellas in the street
a crowd of 50 protesters
there are 12 chairs around the table
zero people
one dog, two cats, three birds
a table with 6 plates
crowd counting: 100 people
ten thousand lanterns
a bouquet of eleven roses
masterpiece, best quality, 2girls, standing, park
masterpiece, 3 people, group photo, outdoors
2x bananas
3 x-wing fighters
""".strip().splitlines()

PLACES = """
a squirrel clinging to the side of a tree
the bakery is across the street from the bank
a hammer lies to the left of the nails
a bird's nest above the window
bottle placed behind the lamp
a spider underneath a leaf
a submarine beneath the ice
an umbrella propped against the door
the dog lies in front of the fireplace
a kite high above the beach
a chair between the desk and the bed
a lantern hanging from a branch
a woman in the middle of two men
the tower is taller than the church and to its right
a parrot on top of a pirate hat
a frog inside a teapot
a white van in between two lorries
sheep on the far side of the fence
the girl stands at the right of the boy
a moon over a castle
a cat peeking out from behind a curtain
a circle inside of a square
a knife is lying next to the bread
a shop below a flat
a lamp to the left of the sofa
the mug is left of the keyboard
a dog lying beneath the table
a cat underneath the bed
a bird perched atop a fence post
child standing in between two parents
the car in front of the garage
a bicycle leaning against a wall
two chairs opposite each other
a book lying on top of another book
the ball is inside the box
a ball within a box
a ship alongside the pier
a bridge across the river
a helicopter hovering above the tower
keys by the door
the spoon is on the plate
a man next to his horse
a woman sitting beside an old man
a vase in the middle of the table
a fountain at the centre of the square
trees around a lake
flowers surrounding a statue
a statue surrounded by flowers
a church at the foot of the mountain
a tent at the base of a tree
a dog to the rear of the van
a dog on the left and a cat on the right
dog on the left, cat on the right
left: a dog, right: a cat
the leftmost car is red
a red ball at the top left, a blue ball at the bottom right
in the upper right corner there is a logo
a sun in the top left corner
the cup is closer to the camera than the bottle
a boy farther away than the girl
a cat right next to a fish bowl
a cat on the left-hand side of the sofa
a dog at the left-hand side
what is to the right of the fridge?
is the cat on the sofa?
where is the dog?
which object is above the shelf?
the picture hangs over the fireplace
a shelf mounted above the sink
a rug under the coffee table
a key hidden under a doormat
a mouse behind the curtain
sun behind clouds
a person hiding behind a tree
a car parked in front of a house
a truck parked near a river
a sheep in a cage
an apple in a bowl
a hat upon a chair
a fly on the lens
a mug filled with pens beside a laptop
a crane towering over the houses
a dog below a balcony
a submarine below the surface
a man facing a woman
a man facing away from the camera
a chair facing the window
cat touching a dog
two people side by side
a bird on a branch above a pond
an arrow pointing to the left
an arrow pointing left
a car turning left
the box is on the right-hand side of the lamp
a cat sitting on the far left
a fork to the left and a knife to the right of a plate
the house closest to the river
a man with a parrot on his shoulder
a woman with a hat on her head
stickers on a laptop lid
a clock hanging from the ceiling
a table with a vase on it
a tray with cups on top
an island in the middle of the sea
a gap between two buildings
a road between fields
a cat amongst pigeons
a house among trees
a bird on the back of a buffalo
a fish outside the tank
a ladder against the wall
a cup off the table
a dog beyond the fence
a duck floating past a boat
a photo of a chair to the left of a tv
a chair, left of a tv
a book stacked above a newspaper
the lower shelf holds books and the upper shelf holds plants
a house by the sea
the tallest tower is behind the church
a dog on the far right of the picture
a moth at the edge of a lamp
a cyclist riding past a shop
a robot hand on top of a chess board
top-left: a fox, bottom-right: a hen
a plate with a fork on its left
a cabin at the foot of a cliff
a lighthouse to the north of the village
""".strip().splitlines()

BINDINGS = """
a black bag and a brown suitcase
a girl in a yellow raincoat with a red umbrella
the white door next to the green window
a spotted dog chasing a ginger cat
a glass bottle on a wooden shelf
an oval rug under a square table
blue shoes with white laces and a green shirt
the tall building is grey and the short one is white
a metal spoon, a plastic fork
a red cube and a blue sphere
a green apple and a yellow banana
a wooden chair next to a metal table
a striped shirt and plain trousers
a woman in a red dress holding a blue umbrella
a man in a black suit and a woman in a white dress
a small dog and a large cat
the car is red and the truck is blue
red car, blue truck
a tall man beside a short woman
the leather sofa and the glass table
a white cat with a black tail and a brown dog
pink flowers in a turquoise vase
an orange fish in a blue bowl
a yellow taxi passing a red bus
a silver laptop on a brown desk
a round table and a square mirror
a polka-dotted tie with a checked jacket
a crimson scarf and an olive coat
a navy blue jacket and khaki trousers
a dark grey car and a light blue van
a fluffy white rabbit beside a smooth brown stone
a girl with blond hair and a boy with black hair
a brown horse and a white one
a bench made of wood and a bench made of metal
a rusty bike and a shiny car
a blue-eyed cat and a green-eyed dog
an old man and a young woman
a happy child and a sad clown
an open book and a closed door
a car that is red and a bike that is green
a vase colored blue and a plate colored red
a teal door with a brass handle
a purple octopus wearing a yellow hat
green frog, purple hat, red shoes
a plastic bottle and a ceramic mug
the bigger box is white, the smaller box is black
a hot pink backpack and a lime green bottle
a burgundy sofa with mustard cushions
""".strip().splitlines()

ABSENCES = """
a plate with nothing on it
people without umbrellas
a man who does not have a beard
a room that isn't tidy
an image free from watermarks
a dog but no cat
a park, no people
unoccupied seats with no passengers
a cake that has no candles
not a single cloud in the sky
never wearing shoes
a dog without a collar
a street with no cars
an empty room with nobody in it
no people
a man not wearing glasses
a man who is not wearing a hat
a person who isn't smiling
people aren't wearing helmets
the image does not contain a dog
this doesn't show a cat
there is no dog in this picture
there are no trees
there isn't any snow
a photo with neither cats nor dogs
a kitchen lacking a fridge
a worker missing his helmet
a worker missing safety vest
a non-smoking area without ashtrays
anything except a car
everything but the dog
a beach free of litter
a photo that contains no text
not a cat
not damaged
no defect
no helmet
w/o hat
a road devoid of traffic
none of the people wear masks
without mask
a bowl which doesn't have any fruit
a man never seen with a hat
an absence of people
a bike minus its front wheel
no visible damage
non-violent scene
unhelmeted rider with no vest
nothing on the table
a tree that has lost its leaves and has no fruit
cat, no collar, indoors
pizza with no cheese
hasn't got a tail
the door is not closed
a car that's not red
neither a dog nor a cat
""".strip().splitlines()

WRITING = """
a banner reading happy new year
a sweater with the word LOVE on the front
a road sign that reads slow
a cup with the letter K
the word "exit" above a door
a whiteboard with hello written on it
what is written on the shirt
a box labeled fragile
a sign that says "no dogs"
a sign that says stop
a sign saying welcome
a t-shirt with the word love
a shop with the name "bella" above the door
a poster with the title "jaws"
a mug labelled coffee
a mug labeled "tea"
what does the sign say?
read the license plate
what is written on the board?
a license plate with the number AB 123
a page of handwritten text that says hello
a cake with happy birthday written on it
graffiti spelling out peace
a banner with the slogan make art
the word hello written in sand
a clock showing 3:15
a jersey with the number 10 on it
a book entitled the secret garden
the letters ABC in blue
a photo of the number: 7
a tattoo that reads mom
a storefront with 'Books' on it
transcribe the text
what time does the clock show?
the price tag says 5 euros
a screenshot of an error message saying disk full
""".strip().splitlines()

QUESTIONS = """
Which of these is a zebra?
Do you see a dog?
point at the red car
List the objects on the table
does it rain
How many cars are in this image?
is there a dog in the picture
what colour is the bus
find me a photo of a red car
describe the image
please show pictures of cats
who is this
does the man wear a hat?
show me all the dogs
are they happy?
what's in the box
tell me if the light is on
can you find the cat
a dog or a cat?
which animal is this
identify the animal
count how many dogs there are
list all objects
where was this taken?
why is the man laughing
i want pictures of dogs
i am looking for a red dress
could you tell me what breed this is
am i wearing a mask?
has the man got a beard?
retrieve images of cats
search for dogs
get me photos of beaches
answer the question: is it raining
detect the cars in this image
select the image with the dog
guess the breed
name the animal in this image
look for a man with a hat
""".strip().splitlines()

PLAIN = """
a one-armed bandit
a 1950s diner
pentium 4 processor
a size 10 dress
half a dozen
a 90 degree angle
a first class ticket
two-tone car
three-quarter view of a car
a woman wearing a hat
a train running late
the upper class
an inside joke
a top model
a man in his fifties
a football match in progress
a view over the city
a bridge at night
a walk in the park
a brown bear in a forest
a blue sky over the sea
a white cat
a red carpet event
a greenhouse full of plants
a knot
a nonfiction book
a bookshelf full of novels
a reading lamp
a letter box
an author signing a book
a find in the attic
a questionable haircut
a pink dahlia in the garden?
a photo of a harbour with boats
two-wheeled cart
a three-legged stool
a five-star hotel
a six-pack of abs
four-leaf clover
a pair of jeans
pair of sunglasses
route 66 at dusk
a 35mm photograph of a street
1980s living room
portrait at 85mm f/1.8
4k wallpaper
8 bit pixel art castle
a boeing 747 taking off
windows 95 desktop
top 10 list
the one ring
one way street
formula 1 car
iphone 14 pro
first place trophy
7-eleven store front
24 hour diner
a two story house
a three bedroom flat
a two-piece suit
year 3000 city
a 3d render of a robot
apollo 11 rocket
20 dollar bill
a cat with four legs
catch-22 book cover
level 5 autonomous car
a double decker bus
highway 101
a 10 year old boy
a 2 litre bottle
blink 182 concert
area 51
number 10 downing street
room 237
a one-eyed pirate
two tone shoes
a triple cheeseburger
a single mother with her baby
masterpiece, best quality, 1girl, solo, long hair, looking at viewer, 8k, highly detailed, trending on artstation
a man in a suit
a woman in the rain
a beach in summer
a portrait over a white background
in the style of van gogh
a man under arrest
behind the scenes photo
an over the shoulder shot
a right turn sign
left handed guitarist
a bright sunny day
a cat in the snow
a street in tokyo at night
an upside down cake
inside view of a car
an indoor swimming pool
close-up of a face
a mountain landscape at sunset
a bird in flight
a person on a bicycle
a person riding a horse
a man on the phone
a city under construction
a well lit room
near infrared image
aerial view from above
a photo taken from above
bird's eye view from above of a city
view from below
a downhill skier
an underwater photo of a shark
a person in the mountains
people at the beach
a train at the station
a pear on a table
a phone on a desk
a man by Rembrandt
a man walking along the beach
a child looking past the camera
half past ten
living in the past
a woman on her back
a mountain top
front door of a house
a left turn ahead
the north face of a mountain
a top hat
in front of the camera
an arm around a shoulder
16 bit console
a hot dog cart in the 90s
two-way radio
a three-piece suite
size 12 shoes
page 3 of a magazine
5 o'clock shadow
10 am sunrise
a 50mm lens
a 16:9 photo
half a lemon
a 500 year old tree
the 3rd street
ps5 controller
mp3 player
F-16 jet
world war 2 plane
a 100 metre sprint
5 star review
a red car
a red and white striped flag
black and white photo of a man
a red car under a blue sky
a green field with white clouds
a big red ball
a brown dog with brown fur
a golden retriever on green grass
a white background with a red logo
a red panda eating green bamboo
white wine and red wine
a blue whale in the ocean
a photo of a black cat
a dark night in a green forest
blonde hair, blue eyes, detailed face, portrait, soft light
a colourful parrot
a white house in a green meadow
a yellow submarine
orange juice and green tea
a white wedding dress
the white house
a black hole in deep space
a no parking sign
a no smoking sign on a wall
do not enter sign
a never ending road
a missing person poster
no one knows
the notorious bandit
forget-me-not flowers
a sleeveless dress
a wireless mouse
a seedless grape
nonstick pan
no man's land battlefield
home alone
film noir
cordless drill
a barefoot runner
a bald man
an unmade bed
an unfinished painting
anonymous mask
a woman reading a book
a man writing a letter
a newspaper
a wall covered with graffiti
a street sign
a blank sign
a text book
a child reading to her mother
a typewriter
a computer screen with code
an old map
a logo
a wordless comic
a show dog
a man who is running
find waldo
a guide dog
a detective story
point of sale
a photo of what is left of a castle
the who concert
a question mark
list of books
name tag
search and rescue team
count dracula
select suite hotel room
a detective
where the wild things are book cover
""".strip().splitlines()


def phenomena(meaning: Meaning) -> set[str]:
    said = {
        "count": meaning.counts,
        "place": meaning.relations,
        "binding": meaning.bindings,
        "absence": meaning.negations,
        "writing": meaning.writings,
        "question": meaning.question,
        "kind": meaning.kinds,
        meaning.language: meaning.language != "en",
    }
    return {name for name, found in said.items() if found}


@pytest.mark.parametrize("prompt", COUNTS)
def test_numbers(prompt: str) -> None:
    assert "count" in phenomena(read_prompt(prompt))


@pytest.mark.parametrize("prompt", PLACES)
def test_places(prompt: str) -> None:
    assert "place" in phenomena(read_prompt(prompt))


@pytest.mark.parametrize("prompt", BINDINGS)
def test_bindings(prompt: str) -> None:
    assert "binding" in phenomena(read_prompt(prompt))


@pytest.mark.parametrize("prompt", ABSENCES)
def test_absences(prompt: str) -> None:
    assert "absence" in phenomena(read_prompt(prompt))


@pytest.mark.parametrize("prompt", WRITING)
def test_writing(prompt: str) -> None:
    assert "writing" in phenomena(read_prompt(prompt))


@pytest.mark.parametrize("prompt", QUESTIONS)
def test_questions(prompt: str) -> None:
    assert "question" in phenomena(read_prompt(prompt))


@pytest.mark.parametrize("prompt", PLAIN)
def test_plain_captions_say_none_of_it(prompt: str) -> None:
    assert phenomena(read_prompt(prompt)) == set()
