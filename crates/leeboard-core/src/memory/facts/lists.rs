//! The word lists of fact extraction, of our own collecting. English only.
//!
//! Data only. A word may stand in several lists.

use super::lexicon::{
    ADVERB, ASKS, BREAK, CONSUME, DETERMINER, DIET, DISLIKE, ENGLISH, FULL, JOB, LIGHT, LIKE, MANY, MODAL,
    NEGATION, NO_NAME, PAST, PET, POSSESSIVE, PREPOSITION, PRONOUN, RELATION, REPORT, SINGLE, SUPPOSE, Tags,
    VALUE, VERB, WIDE_PLACE,
};

pub(super) const TAGGED: &[(Tags, &str)] = &[
    (PRONOUN | ENGLISH | LIGHT, "i you we he she it they there"),
    (LIGHT | ENGLISH, "me him them us who myself yourself this that these those"),
    (POSSESSIVE | ENGLISH | LIGHT, "my your our his her their its"),
    (DETERMINER | ENGLISH | LIGHT, "the this that these those a an any some each every both another"),
    (
        VERB | LIGHT | ENGLISH,
        "am is are was were be been being 'm 're 's has have had having 've do does did get got getting",
    ),
    (PAST, "was were had did used formerly previously originally earlier once initially ago before until"),
    (MODAL | ENGLISH | LIGHT, "would could might should may must can shall 'd ought wish"),
    (LIGHT | ENGLISH | ADVERB, "will 'll"),
    (
        PREPOSITION | ENGLISH | LIGHT,
        "of for in on at by with to from about as into over under between during after before near since until \
         through around within without against towards",
    ),
    (
        BREAK | ENGLISH | LIGHT,
        "but because so which who whose where when while although though since if unless whereas then whether \
         whenever until",
    ),
    (
        ADVERB | ENGLISH | LIGHT,
        "also now currently actually still really just only usually always already often normally generally \
         mostly probably both all even recently today nowadays presently basically simply definitely certainly \
         sometimes typically originally previously formerly once finally officially hardly rarely regularly \
         apparently evidently clearly indeed of course",
    ),
    (NEGATION | ENGLISH | LIGHT, "not n't never no cannot neither nor without none"),
    (
        SUPPOSE,
        "if suppose supposing imagine imagining pretend pretending whether perhaps maybe hypothetically unless \
         assume assuming example e.g instance lest wondering hypothetical fictional",
    ),
    (
        LIGHT | ENGLISH,
        "and or than then too very quite more most much many such own same other others here yes well please \
         thank thanks what how why up down out off back again ever else per via like let lets ok okay oh so",
    ),
    (
        LIGHT,
        "thing things way ways lot lots bit kind sort one ones something anything everything nothing someone \
         said told mentioned gave given give say says tell set noted stated mean meant remember recall know \
         think thought believe guess suppose understand keep kept fall falls go goes going went come comes came \
         make makes made take takes took put puts time day days week weeks month months year years old new good \
         great nice early late next last first total current exact exactly course context record fact total \
         around about roughly approximately nearly almost least amount number value",
    ),
    (ASKS, "what which who whom whose where when why how"),
    (
        VERB,
        "live lives living lived reside resides residing resided based located work works working worked call \
         called named goes go weigh weighs weighed weighing cost costs costing like likes love loves loved \
         enjoy enjoys enjoying prefer prefers preferring hate hates dislike dislikes adore adores eat eats \
         eating drink drinks drinking smoke smokes smoking take takes taking drive drives driving own owns \
         play plays playing speak speaks speaking study studies studying teach teaches teaching use uses using \
         need needs want wants meet meets meeting leave leaves leaving start starts starting end ends finish \
         finishes expire expires arrive arrives depart departs fly flies flying travel travels turn turns \
         turned turning moved move moves relocate relocated earn earns pay pays paying spend spends spending \
         save saves fall falls begin begins open opens close closes run runs running swim swims cook cooks \
         keep keeps kept decided decide agreed agree chose chosen choose picked pick opted settled married \
         divorced engaged stopped stop quit gave given avoid avoids follow follows wear wears support supports \
         train trains training sleep sleeps sleeping wake wakes visit visits walk walks suffer suffers diagnosed \
         prescribed born grew raised raise lowered changed change increased booked book scheduled planned plan \
         retired retire sing sings grow grows paint paints collect collects sell sells manage manages lead leads \
         volunteer volunteers practise practises practice practices read reads ride rides rent rents share shares \
         attend attends seem feel feels felt feeling noticed happen happens takes lasts last graduated mentioned stated noted \
         specialise specialises specialize specializes died put puts said told lost gained hold holds plays ",
    ),
    (
        RELATION,
        "mother father mum mom dad mummy daddy sister brother son daughter wife husband partner girlfriend \
         boyfriend fiance fiancee spouse child kid baby grandmother grandfather grandma grandpa granny aunt uncle \
         cousin niece nephew boss manager doctor dentist therapist neighbour neighbor friend colleague roommate \
         flatmate teacher tutor landlord landlady assistant supervisor coach twin stepmother stepfather stepson \
         stepdaughter mother-in-law father-in-law sister-in-law brother-in-law grandson granddaughter mentor \
         lawyer accountant secretary nanny carer sons daughters children kids sisters brothers",
    ),
    (
        RELATION | PET,
        "dog cat puppy kitten horse pony rabbit hamster parrot budgie goldfish tortoise guinea-pig ferret lizard \
         snake dogs cats rabbits horses bird fish pet hen hens chicken",
    ),
    (
        MANY,
        "friend colleague neighbour neighbor cousin aunt uncle niece nephew friends hen hens chicken fish bird \
         doctor teacher child kid",
    ),
    (
        JOB,
        "accountant actor actress actuary analyst anaesthetist apprentice archaeologist architect artist astronomer \
         auditor author baker banker barber barista barrister bartender biologist bookkeeper bookseller botanist \
         bricklayer builder butcher butler caretaker carpenter cashier caterer chef chemist choreographer cleaner \
         clerk coach coder composer conductor consultant cook copywriter counsellor counselor courier curator \
         dancer dentist designer developer dietitian director diver doctor dramatist driver economist editor \
         electrician engineer estate-agent farmer filmmaker firefighter fisherman florist forester freelancer \
         gardener geologist geographer glazier goldsmith guard guide hairdresser historian housekeeper illustrator \
         interpreter investor janitor jeweller joiner journalist judge lawyer lecturer librarian linguist locksmith \
         machinist magistrate manager marketer mason masseur mathematician mechanic midwife miner model musician \
         nanny nurse optician optometrist orthodontist osteopath painter paralegal paramedic pathologist pharmacist \
         philosopher photographer physicist physician physiotherapist pianist pilot plasterer playwright plumber \
         poet policeman policewoman politician porter postman potter priest principal printer producer professor \
         programmer psychiatrist psychologist publisher radiographer radiologist ranger realtor receptionist \
         recruiter referee reporter researcher restaurateur roofer sailor salesman saleswoman sculptor seamstress \
         secretary shepherd shopkeeper singer social-worker soldier solicitor statistician stonemason student \
         surgeon surveyor tailor teacher technician therapist tiler toolmaker trader trainer translator treasurer \
         tutor undertaker underwriter upholsterer vet veterinarian vicar violinist cellist waiter waitress warden \
         watchmaker weaver welder winemaker writer zoologist",
    ),
    (FULL, "take takes keep keeps kept falls goes get put told said gave like likes own owns"),
    (
        VALUE,
        "a an one two both three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
         seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety zero dozen half quarter \
         noon midday midnight monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays \
         thursdays fridays saturdays sundays january february march april may june july august september october \
         november december jan feb mar apr jun jul aug sept oct nov dec",
    ),
    (
        REPORT,
        "said told mentioned say tell know think believe remember recall noted stated shared guess mean meant",
    ),
    (
        DIET,
        "vegetarian vegan pescatarian coeliac celiac teetotal teetotaller gluten-free dairy-free lactose-intolerant \
         kosher halal omnivore meat-eater carnivore keto plant-based all-meat non-drinker",
    ),
    (
        LIKE,
        "like likes love loves loved enjoy enjoys enjoying adore adores prefer prefers fond keen fan lover loving",
    ),
    (DISLIKE, "hate hates dislike dislikes loathe loathes detest detests stand bear"),
    (
        CONSUME,
        "eat eats eating drink drinks drinking like likes love loves enjoy enjoys enjoying adore fond keen fan eater \
         lover drinker prefer prefers have having diet smoke",
    ),
    (
        SINGLE,
        "drive drives driving play plays playing study studies studying support supports teach teaches train training work works working \
         be is am are 'm 're 's wear wears major graduated collect",
    ),
    (
        NO_NAME,
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
         september october november december english french german spanish italian dutch british american christmas \
         easter internet god ai sir madam mr mrs ms dr ok yes no api pdf url tv pc it usa uk eu i",
    ),
    (
        WIDE_PLACE,
        "england scotland wales ireland britain uk usa us america germany france spain italy austria switzerland \
         netherlands holland belgium poland portugal sweden norway denmark finland greece turkey russia ukraine china \
         japan korea india pakistan australia canada mexico brazil argentina chile europe asia africa north south \
         east west northern southern eastern western california texas florida bavaria yorkshire scandinavia kingdom \
         states republic nigeria kenya egypt israel iran iraq vietnam thailand indonesia philippines malaysia",
    ),
];

/// Words of one class exclude one another where somebody has one: one instrument played, one
/// colour favoured.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "instrument",
        "cello violin viola piano guitar flute oboe clarinet saxophone trumpet trombone harp drums bass banjo ukulele \
         accordion organ mandolin recorder bassoon tuba harmonica bagpipes fiddle",
    ),
    (
        "colour",
        "red blue green yellow orange purple violet pink brown black white grey gray turquoise teal navy beige silver \
         gold maroon crimson indigo scarlet",
    ),
    ("vehicle", "car van lorry truck motorbike motorcycle scooter bus tractor taxi bicycle bike tram camper"),
    (
        "sport",
        "tennis football soccer rugby cricket hockey basketball volleyball badminton squash golf judo karate rowing \
         netball lacrosse handball baseball softball chess",
    ),
    ("marital status", "single married divorced widowed engaged separated unmarried"),
    ("handedness", "left-handed right-handed ambidextrous"),
    (
        "blood group",
        "o-negative o-positive a-negative a-positive b-negative b-positive ab-negative ab-positive",
    ),
    (
        "religion",
        "christian catholic protestant anglican muslim jewish hindu buddhist sikh atheist agnostic quaker methodist",
    ),
    (
        "subject",
        "law medicine physics chemistry biology history geography mathematics maths philosophy economics linguistics \
         sociology psychology archaeology architecture astronomy botany zoology literature theology nursing \
         engineering accounting",
    ),
    ("side", "left right"),
    ("season", "spring summer autumn winter"),
    ("shift", "nights mornings evenings afternoons"),
    ("seat", "aisle window"),
    (
        "meat",
        "meat steak beef pork lamb chicken turkey bacon ham sausage sausages venison burger burgers veal duck goose \
         salami mince brisket ribs all-meat meat-eater carnivore barbecue roast",
    ),
    ("fish", "fish salmon tuna cod trout mackerel herring sardines haddock anchovies sushi"),
    (
        "shellfish",
        "shellfish prawns prawn shrimp shrimps crab lobster mussels oysters clams scallops squid seafood",
    ),
    ("dairy", "milk cheese butter cream yoghurt yogurt dairy lactose ice-cream custard"),
    ("egg", "egg eggs omelette omelettes"),
    ("gluten", "gluten bread pasta wheat barley rye flour pastry croissants"),
    ("nut", "nut nuts almonds cashews walnuts hazelnuts pistachios pecans"),
    ("peanut", "peanut peanuts"),
    (
        "alcohol",
        "alcohol wine beer whisky whiskey gin vodka rum cider champagne cocktail cocktails sherry port brandy ale lager \
         pint pints",
    ),
];

/// Words of one matter; the first is its form.
pub(super) const SYNONYMS: &[&str] = &[
    "due deadline submit submission hand-in",
    "budget spend spending spends spent spendable",
    "mother mum mom mummy mommy mothers",
    "father dad daddy papa fathers",
    "grandmother grandma granny nan",
    "grandfather grandpa granddad",
    "child kid children kids childs",
    "dog puppy dogs hound",
    "cat kitten cats",
    "partner spouse",
    "job profession occupation work trade career employment works working worked",
    "meet meeting meetings meets met",
    "salary wage wages earn earns earning earnings income",
    "weigh weight weighs weighing weighed",
    "tall height",
    "flight fly flies flying flew flights",
    "leave depart departs departing departure leaves leaving left-off",
    "arrive arrival arrives arriving",
    "start begin begins starts starting begun starting-date",
    "end finish ends finishes finishing",
    "birthday born birth birthdate",
    "wedding marry marriage marrying",
    "holiday vacation trip journey travel travels traveling travelling getaway",
    "phone telephone mobile",
    "exam examination exams",
    "test tests testing",
    "goal target aim objective goals targets",
    "flat apartment",
    "appointment appointments visit-to-doctor",
    "doctor physician gp",
    "launch release go-live ship shipping",
    "cost price costs costing priced",
    "rent rental",
    "distance far",
    "commute commuting",
    "boss manager supervisor",
    "neighbour neighbor neighbours neighbors",
    "colour color colours colors",
    "favourite favorite",
    "medication medicine tablet tablets pill pills drug dose dosage",
    "allergy allergic allergies",
    "baby newborn",
    "car cars automobile",
    "team squad",
    "client customer clients customers",
    "company firm business employer",
    "house home",
    "room rooms",
    "people person persons guests guest attendees",
    "page pages",
    "word words",
    "draft manuscript",
    "gym workout",
    "sleep sleeping slept sleeps",
    "wake wakes waking woke",
    "drive drives driving drove driven",
    "eat eats eating ate eaten",
    "drink drinks drinking drank",
    "run runs running ran",
    "swim swims swimming swam",
    "speak speaks speaking spoke spoken",
    "teach teaches teaching taught",
    "write writes writing wrote written",
    "buy buys buying bought",
    "sell sells selling sold",
    "grow grows growing grew",
    "peanut peanuts",
    "nut nuts",
    "egg eggs",
    "prawn prawns shrimp shrimps",
];
