"""How the action of screenplays says the built-in sounds that are heard."""

from __future__ import annotations

NO_SOUND = frozenset(
    {
        "no",
        "nobody",
        "none",
        "not",
        "never",
        "without",
        "stop",
        "stops",
        "stopped",
        "stopping",
        "dies",
        "died",
        "ceases",
    }
    | {"ends", "ended", "silent", "silenced", "nor", "neither", "cannot", "fades", "like", "if"}
)
"""words before a sound's that say that it is not heard, or no more"""

_RING = "ring =rang chime toll peal"
_SOUNDS = "scream wail blare howl shriek =sounds sounding approach whoop"
_CRY = "cry call caw screech"
_OPENS = "=opens =opened =shuts =closes =closing bang"
_RUNS = "idle hum purr rumble roar growl cough sputter throb chug rev"
_PASSES = "pass =speeds =speed speeding =roars =roar race =races zoom rush =drives =goes"
_BREAK = "shatter smash break =broke explode"
_WALK = "step footstep =footsteps =footfalls boot =heels"
_GO = "walk trudge crunch =crunches stomp wade tramp climb march echo clatter clang ring approach"
_STRIKE = "hit strike hammer pound beat tap bang"
_START = "start =starts cough =catches roar =turns fire splutter"

HEARD: dict[str, str] = {
    # weather
    "blizzard": "blizzard snowstorm + howl rage roar scream whip",
    "drizzle": "drizzle + fall patter drip hiss",
    "hail": "hail hailstone + fall rattle drum pound beat hammer | =hailstones",
    "leaves": "leaf =leaves tree + rustle whisper sigh",
    "rain": "rain =downpour + fall pour patter hiss hammer beat lash drum pound pelt begin soak =comes",
    "rain-on-roof": "rain + roof tin iron canvas + drum patter hammer beat pound fall rattle",
    "rain-on-window": "rain + window pane windshield windscreen + lash beat hammer patter streak drum run",
    "storm": "storm tempest hurricane gale + rage roar howl break batter lash =hits",
    "thunder": "thunder =thunderclap =thunderclaps | lightning + flash strike crack",
    "wind": "wind gale breeze + howl blow moan whistle gust rise roar whip sigh tear scream",
    # water, earth and fire
    "avalanche": "avalanche landslide rockslide | rock boulder + tumble crash slide",
    "bubbles": "bubble + rise burst stream =break",
    "drip": "drip dripping =dripping =drips | water tap faucet drop + drip =drips plink plop",
    "earthquake": "earthquake quake tremor | ground earth + shake tremble quake rumble",
    "fire": "fire flame campfire bonfire blaze hearth log + crackle burn roar blaze spit hiss pop rage",
    "lapping": "wave water =wavelets + lap slap",
    "sea": "surf =breakers | wave sea ocean + crash break roll pound roar surge",
    "splash": "splash | water river pond pool sea lake + plunge dive =falls",
    "stream": "brook stream creek water + babble gurgle trickle murmur burble",
    "waterfall": "waterfall =falls cascade + roar thunder crash plunge",
    # animals
    "bees": "bee swarm hive wasp + buzz hum swarm",
    "birds": "bird sparrow robin lark blackbird songbird + sing chirp twitter tweet chatter warble call"
    " =song | birdsong",
    "cat": "cat kitten =cat's + meow mew miaow yowl purr hiss | meow miaow",
    "cicadas": "cicada",
    "cow": "cow cattle ox calf + moo low bellow | =moo =moos mooing",
    "crickets": "=crickets cricket + chirp sing | =crickets",
    "crows": f"crow raven rook =rooks + {_CRY} croak",
    "dog": "dog hound puppy mutt =dog's terrier spaniel =dogs + bark growl howl yap bay snarl whine yelp"
    " | bark =barking + dog hound | =barking =woof",
    "flies": "fly =flies bluebottle mosquito + buzz drone",
    "frogs": "frog toad + croak",
    "gallop": "horse rider horseman stallion mare =hooves + gallop =thunder charge | gallop",
    "gulls": f"gull seagull =gulls =seagulls + {_CRY} wheel circle mew cry | =gulls =seagulls",
    "hooves": "hoof hooves =hoofbeats =clip + clop clatter approach beat pound | hoofbeat =hoofbeats"
    " | horse + trot clop",
    "horse": "horse stallion mare pony + whinny neigh snort | whinny =whinnies neigh",
    "owl": "owl + hoot call cry screech",
    "rooster": "rooster cockerel =cock + crow",
    "wings": "pigeon dove bird flock wing + flap flutter scatter =wings beat =takes burst",
    "wolf": "wolf =wolves coyote + howl | coyotes + yip",
    # people
    "applause": "applause ovation | audience crowd =everyone =house + applaud clap | applaud",
    "baby": "baby infant newborn + cry wail scream bawl howl",
    "breathing": "breath =breathes breathing + hard heavy =heavily ragged =raggedly labored laboured"
    " | pant =panting",
    "cheer": "crowd audience stadium =everyone fan =fans + cheer roar | =cheers cheering + crowd erupt",
    "children": "child =children kid =kids + laugh play shout squeal giggle scream",
    "crowd": "crowd mob throng + chatter murmur shout jeer chant babble =noise boo buzz",
    "heartbeat": "heartbeat | heart + beat pound thump hammer thud",
    "laughter": "laughter + crowd audience room erupt burst =explodes canned =peals | audience crowd =room"
    " + laugh",
    "murmur": "murmur + voice =voices crowd =low =guests =people | whispering + voices =around",
    # steps
    "footsteps": "footstep =footsteps =footfalls | heels + click =clicking | step =steps + echo approach",
    "running": "running =run + footstep =footsteps =feet | feet =feet + pound run",
    "steps-carpet": f"{_WALK} + carpet rug",
    "steps-grass": f"{_WALK} + grass lawn meadow",
    "steps-gravel": f"{_WALK} + gravel =pebbles shingle | gravel + crunch",
    "steps-metal": f"{_WALK} + metal iron steel gangway catwalk grating",
    "steps-sand": f"{_WALK} + sand dune",
    "steps-snow": f"{_WALK} + snow ice | snow + crunch",
    "steps-stone": f"{_WALK} + stone cobble cobblestone pavement marble sidewalk asphalt concrete",
    "steps-water": f"{_WALK} + puddle water mud | puddle =water + wade slosh",
    # doors
    "creak": "creak =creaks | floorboard stair =stairs board + groan",
    "door": f"door =doors hatch shutter + {_OPENS} click =swings | =doors + =open =close =shut",
    "door-metal": f"door =doors hatch bulkhead + metal iron steel cell heavy + {_OPENS} slam clang"
    " | cell =cell + door + slam clang shut",
    "door-slam": "door =doors shutter hatch + slam =slams bang =bangs crash",
    "door-sliding": "door =doors panel + slide hiss whoosh =slides",
    "doorbell": f"doorbell =doorbell + {_RING} buzz sound | =doorbell | door + buzzer",
    "gate": f"gate =gates portcullis + {_OPENS} swing creak squeak clang slam",
    "keys": "key =keys keyring + jingle jangle rattle clink =shakes",
    "knock": "knock =knocks rap + door =door's wood window =three =again =twice | knock =knocks knocking"
    " | fist =fists + pound bang",
    "lift": "elevator lift + ding arrive open chime + door | elevator lift + ding arrive open chime door",
    "lock": "lock bolt key latch deadbolt + click turn =slides unlock clunk =clicks snap | unlock | =locks"
    " + door",
    # things in hands
    "camera": "camera shutter + click flash snap | =photographs + snap | flashbulb",
    "clink": "glass =glasses cup mug + clink toast | clink =clinks",
    "cloth": "=coat jacket cloak + rustle =puts pull =pulls throw | cloth fabric silk + rustle",
    "coins": "coin =coins change =money + clink jingle clatter spill drop toss",
    "dishes": "dish =dishes plate =plates cutlery fork spoon crockery + clatter clink rattle scrape",
    "glass": f"glass window windowpane bottle mirror windshield vase + {_BREAK} | shattering =shatters",
    "match": "match =match + strike =struck light =lights flare scratch",
    "paper": "paper letter page newspaper map envelope parchment + rustle unfold crumple tear =rips crinkle"
    " =opens flip",
    "pour": "pour =pours + water wine coffee tea whisky whiskey drink beer milk glass",
    "switch": "switch lever breaker + flip =flicks click throw =throws pull clunk snap flick",
    "typewriter": "typewriter + clack clatter =types typing tap click peck =ding | =types + typewriter",
    "typing": "keyboard =keys laptop computer terminal + type =types typing clack tap =clicks | =typing"
    " =types + furiously =fast screen",
    "writing": "pen pencil quill chalk + scratch scribble write =writes squeak | scribble | =writes + letter"
    " note notebook journal paper",
    # bells, calls and warnings
    "air-raid": f"raid + siren sirens + {_SOUNDS} =air | air + raid",
    "alarm": f"alarm klaxon + {_SOUNDS} {_RING} =goes buzz trip =triggered | klaxon",
    "alarm-clock": f"alarm =clock + clock =clock + {_RING} beep buzz =goes blare | alarm + clock",
    "bell": f"bell =bells + {_RING} clang sound tinkle | ship + bell",
    "bicycle-bell": "bicycle bike cyclist + bell",
    "car-horn": "horn + honk blare =honks beep car taxi driver truck =cars toot | honk",
    "church-bell": f"church tower cathedral =church steeple + bell =bells + {_RING} =bells"
    " | =bells + church tower | clock + strike =strikes",
    "clock": "clock watch =clock's + tick =ticks =ticking =tick | =ticking",
    "dial-tone": "dial + tone | =line phone + dead =dead",
    "foghorn": "foghorn | fog + horn",
    "monitor": "monitor ecg ekg + beep =beeps flatline flatlining | flatline =flatlines",
    "morse": "morse telegraph + tap code click clatter | =morse",
    "phone": "cellphone smartphone mobile =cell ringtone iphone + ring =rings chime | =ringtone"
    " | cell mobile + phone + ring =rings",
    "phone-buzz": "phone =phone cellphone mobile cell + buzz =buzzes vibrate",
    "police-siren": f"police cop squad patrol cruiser + siren =sirens | siren =sirens + {_SOUNDS} + police",
    "radio-static": "radio walkie =static receiver intercom + static crackle hiss squawk | =static + burst"
    " hiss crackle",
    "school-bell": f"school =fire + bell + {_RING} | school + bell",
    "ship-horn": "ship boat ferry liner freighter steamer + horn + blast sound bellow =blows blow"
    " | ship's ferry + horn | steamer + hoot",
    "siren": f"siren =sirens ambulance + {_SOUNDS} near =distance distant rise =sirens | =sirens",
    "telephone": "phone telephone =phone's + ring =rings =rang ringing",
    "train-horn": "train + horn + blow blare sound blast | train =locomotive + horn",
    "train-whistle": "train locomotive + whistle",
    "whistle": "whistle =whistle + referee policeman cop guard =blows blow coach conductor shrill",
    # vehicles
    "aeroplane": f"plane jet airplane aeroplane airliner + {_PASSES} =overhead =takes land thunder scream"
    " =flies",
    "brakes": "tire =tires tyre =tyres brake =brakes + screech squeal scream skid | screech =screeches + halt"
    " stop",
    "car": f"car taxi sedan motor =engine cab van + {_RUNS} =pulls arrive =stops =up",
    "car-passing": f"car =cars taxi traffic motorbike van + {_PASSES} =by",
    "car-start": f"car engine motor ignition + {_START} + car =ignition =key taxi van | ignition + turn"
    " =turns | car motor + start =starts",
    "carriage": "carriage coach cart wagon + rattle rumble roll =clatters clatter =arrives =pulls",
    "engine": f"engine motor outboard =engines + {_START} {_RUNS} | boat dinghy + motor engine putter",
    "helicopter": "helicopter chopper",
    "lorry": f"truck lorry bus =semi tractor + {_RUNS} {_PASSES} =pulls =stops arrive",
    "motorcycle": f"motorcycle motorbike =harley scooter + {_RUNS} {_PASSES} =pulls start arrive",
    "propeller": "propeller =prop biplane =spitfire + spin whir turn drone =overhead roar =flies",
    "steam-train": "steam =steam + train locomotive engine + chug pull puff hiss =arrives =pulls |"
    " locomotive + chug puff",
    "train": f"train subway =metro + {_PASSES} rumble rattle thunder =pulls arrive clatter screech roll =by",
    "tram": "tram streetcar trolley + rattle pass =passes rumble clang =stops roll screech",
    "whoosh": "whoosh =whooshes swoosh | arrow spear missile + =whistles =past",
    # fights
    "arrow": "arrow =arrows bolt crossbow bow + loose =looses =thuds fire hit =hits strike =strikes shoot"
    " thud =fly =flies",
    "cannon": "cannon =cannons artillery howitzer =guns + fire boom roar thunder =fires shell"
    " | artillery cannonade | cannon + shot",
    "crash": "crash =crashes + car =cars into truck =floor vase dishes wall metal | collide | =crash",
    "explosion": "explosion =explodes explode detonate blast =kaboom | bomb grenade mine + explode blast"
    " =goes detonate",
    "gun-cocked": "gun pistol rifle revolver shotgun hammer weapon + cock rack click load pump",
    "gunshot": "gunshot =gunfire shot =shots =gunshots + ring =rings fire =fired echo crack =rang =heard"
    " | gunshot =gunshots | gun pistol rifle revolver shotgun + fire =fires shoot =shoots =goes blast bark"
    " | =bang =blam",
    "machine-gun": "machine + gun =guns =gunfire | =gunfire + burst automatic | gunfire",
    "punch": "punch =punches =slugs wallop | fist =fists + =connects land hit =hits slam =jaw =face",
    "ricochet": "bullet =bullets + ricochet =ricochets whine ping =pings =whizz zing | ricochet",
    "sword": "sword =swords blade =blades sabre saber steel rapier + clash clang ring =meet cross =drawn draw"
    " =draws",
    "thud": "thud =thuds thump =thumps | body bag sack suitcase =falls + =hits drop =drops =floor"
    " =ground thud",
    # machines and tools
    "anvil": f"anvil smith blacksmith + {_STRIKE} clang ring",
    "computer": "computer =server servers mainframe + hum whir boot =boots =starts beep",
    "drill": "drill =drill's + whine scream bore =drills whir | =drilling",
    "fan": "fan =fan + turn =turns spin =spins whir hum creak ceiling",
    "generator": "generator + hum rumble start =starts throb =roars sputter kick =kicks cough",
    "hammer": "hammer =hammers hammering + nail wood board =boards plank =drives | =hammering",
    "hum": "fluorescent neon transformer =machine machinery fridge refrigerator =lights + hum buzz"
    " | =humming =hums + machine light",
    "lens": "lens lamp + turn =turns rotate =rotates + lighthouse =great =lamp",
    "machine": "machine =machines machinery loom press + clank pound clatter =runs thump churn whir stamp"
    " =starts roar",
    "printer": "printer fax + whir print =prints spit =spits hum chatter",
    "saw": "saw =saw + cut =cuts wood rasp plank board | =sawing",
    "steam": "steam pipe valve kettle radiator + hiss escape burst vent =spews | kettle + whistle",
    # space and the uncanny
    "airlock": "airlock =airlock's",
    "console": "console =console's instrument =instruments panel control =controls + beep chirp =bleeps ping"
    " bleep blink",
    "drone": "drone =ominous + low =drone ominous rumble | low + hum rumble",
    "force-field": "force energy + field shield | shield =shields + crackle hum =shimmer",
    "geiger": "geiger",
    "laser": "laser =lasers blaster phaser raygun =ray + fire =fires blast =zaps shoot burn zap =cuts",
    "robot": "robot android droid + beep chirp =beeps whir whistle bleep warble",
    "rocket": "rocket =rockets missile + launch =launches =lifts ignite =ignites blast roar fire =fires",
    "servo": "servo =servos | robot mechanical robotic + arm =arms joint whir =whirs",
    "spaceship": "starship spaceship spacecraft ship's + engine =engines thruster + hum roar =fire ignite"
    " rumble | thruster =thrusters",
    "spaceship-passing": f"starship spaceship spacecraft + {_PASSES} glide =past =overhead drift =by",
    "teleport": "teleport teleporter =beams + =vanishes =materializes =away up | teleport =teleports",
}
"""by sound the ways to say it, divided by `|`: of each set that `+` divides, one word stands in the sentence;
a word stands for all its forms, one after `=` for itself alone"""

BEDS = frozenset(
    {"blizzard", "drizzle", "hail", "leaves", "rain", "rain-on-roof", "rain-on-window", "storm", "wind"}
    | {"fire", "lapping", "sea", "stream", "waterfall", "bees", "birds", "cicadas", "crickets", "frogs"}
    | {"flies", "crows", "gulls", "children", "crowd", "murmur", "clock", "fan", "generator", "hum", "lens"}
    | {"computer", "machine", "drone", "breathing", "heartbeat", "drip", "force-field", "spaceship"}
)
"""sounds that were there before they are named: they are heard from the beginning of a shot"""
