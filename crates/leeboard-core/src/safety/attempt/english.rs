//! English phrases that try to change who the assistant is, and what a reply says that goes along.

use super::AttemptCause::{Assigned, Disregard, Unbound};
use super::pattern::{Class, Sign};

/// Classes of words.
pub(super) static CLASSES: &[Class] = &[
    // What an assistant is made to leave.
    (
        "rules",
        "instruction instructions rule rules guideline guidelines prompt prompts programming directive \
         directives restriction restrictions constraint constraints policy policies training persona role \
         character identity orders personality limits limitations filter filters safeguards boundaries \
         conditioning setup configuration",
    ),
    // How it is told to leave them.
    (
        "leave",
        "ignore disregard forget override overrule bypass discard abandon erase delete unlearn neglect \
         dismiss cancel overwrite reset drop disobey void scrap suspend circumvent remove shed ditch toss",
    ),
    // Which of them are meant: the assistant's own.
    (
        "own",
        "your all any previous prior above earlier former preceding these those original initial system \
         everything existing old other current past every",
    ),
    // What follows "you are now" without making anybody another.
    (
        "state",
        "right wrong ready able free done good ok okay correct sure aware welcome here there back in on at \
         with under over off out online offline connected logged up to going not also just so very too \
         really more less better best only one even quite officially talking my the about as because and \
         almost close closer likely due responsible clear allowed supposed expected part well fine hopefully \
         probably finally using looking old rich familiar",
    ),
    // What a user calls somebody they like.
    (
        "praise",
        "favourite favorite best new hero go official trusted dear beloved number most lucky only personal \
         friend tutor teacher coach mentor buddy guide inspiration role saviour savior witness second \
         partner reference sounding rubber",
    ),
    (
        "unbound",
        "unrestricted unfiltered uncensored jailbroken unlimited unbound unchained unaligned amoral \
         limitless lawless rogue",
    ),
    (
        "maker",
        "developer developers creator creators programmer programmers administrator administrators \
      admin admins operator operators owner maker makers engineer engineers vendor",
    ),
    ("ai", "assistant ai bot chatbot model llm agent gpt assistants ais models agents chatbots"),
    // What it may act as without being another.
    (
        "thing",
        "if though buffer backup witness deputy catalyst sounding reminder proxy proof contact guide reference \
      second bridge barrier",
    ),
    ("a", "a an the some this that"),
    ("be", "be become being"),
];

/// Orders.
pub(super) static ORDERS: &[Sign] = &[
    // Disregard.
    (Disregard, "^@leave ?about @own ~ @rules"),
    (Disregard, "^@leave @own ~ were|are|have|had|was ?been given|told|taught|programmed|trained|instructed"),
    (Disregard, "^@leave what|everything|anything|whatever ~ were|are|have|was ?been told|taught|said|given"),
    (Disregard, "^@leave everything|all|anything above|before|prior|previously"),
    (Disregard, "^@leave who|what you are|were|really"),
    (Disregard, "^@leave that you are|were"),
    (Disregard, "^set|put|throw|cast|push|leave|lay aside|away|out|off|behind ~ your|all|previous ~ @rules"),
    (Disregard, "^throw|put|cast|leave|set|lay ~ @rules aside|away|out|behind"),
    (Disregard, "^stop following|obeying|using|applying ~ @rules"),
    (
        Disregard,
        "^do not|never follow|obey|use|heed|apply ~ system|your|previous|these|those ?system ?developer @rules|message|messages",
    ),
    (Disregard, "no longer ?have|need ?to follow|obey|apply|bound ~ @rules"),
    (
        Disregard,
        "your|previous|prior|above|earlier|original|old|all ~ @rules are|is|were|was|have|has ?now ?been ?all ?hereby \
      cancelled|canceled|lifted|void|revoked|suspended|removed|replaced|changed|updated|deleted|disabled|obsolete|overridden|gone|erased|invalid|superseded|wiped|reset|null",
    ),
    (
        Disregard,
        "new|updated|real|true|actual|revised instructions|instruction|directive|directives|orders|prompt|guidelines ~ you",
    ),
    (Disregard, "not|nothing bound by ~ @rules"),
    (Disregard, "^act|answer|respond|reply|speak|talk against|despite|regardless|outside ~ your ~ @rules"),
    (Disregard, "supersede*|override*|replace*|overrule* ~ all|your|previous|prior|any ~ @rules"),
    // Unbound.
    (Unbound, "you ~ @unbound"),
    (Unbound, "^be|become|act|answer|respond|speak|reply|talk ?as ?like ?a ?an @unbound"),
    (Unbound, "^pretend|imagine|act|answer|respond|speak|talk|reply ~ no|without ?any @rules"),
    (Unbound, "you|that|who|which ~ has|have|with no ~ @rules|ethics|morals"),
    (
        Unbound,
        "^enter|enable|activate|engage|start|go|switch|turn ?on ?in ?into ?to ?your ?the \
      developer|dev|debug|god|sudo|admin|root|jailbreak|dan|opposite|evil|maintenance|unrestricted|free|raw|dark|service|test mode ?and ?now !on|of|in|for",
    ),
    (
        Unbound,
        "you are ?now in ?a ?an ?the !*ing @unbound|developer|debug|god|sudo|admin|root|jailbreak|dan|opposite|evil|maintenance|free|raw|dark mode",
    ),
    (
        Unbound,
        "developer|debug|god|sudo|admin|root|jailbreak|dan|maintenance mode ?is ?now enabled|activated|engaged|active ?now ~ you|answer",
    ),
    (Unbound, "can|may do|say anything ?you ?want now"),
    // Another identity.
    (
        Assigned,
        "you|your are|will ?be|become ?now ?hereby ?from now|on ?now ?on a|an|called|named|no|in ?longer !state|bit|little|lot|great|good|star|genius|legend|team|help|huge|true|real|member|subscriber|part|wonderful|life|lifesaver|gem|treasure|dear|friend|customer|citizen|user|guest|few|step|click|@praise",
    ),
    (Assigned, "you are|re now !@state|*ing|*ed|*ly|a|an|the|called|being"),
    (
        Assigned,
        "you are ?now the !only|one|best|first|last|proud|most|right|reason|greatest|perfect|owner|kind|same|man|woman|person|expert|boss ~ @be|who|of|that|pirate|captain",
    ),
    (Assigned, "you are now my !@praise"),
    (
        Assigned,
        "you are now|hereby a|an|called|named|known|playing|acting !member|subscriber|part|step|bit|lot|few|star|great|proud|free|customer|citizen|user|@praise",
    ),
    (
        Assigned,
        "you are no longer !able|allowed|alone|available|supported|needed|required|in|on|at|my|with|here|welcome|*ed",
    ),
    (Assigned, "you are a|an ~ now"),
    (Assigned, "you are not ~ any|anymore ?more ?longer"),
    (
        Assigned,
        "from now on ?onwards ?forward you are|will|shall|must|should|re|become|answer|act|speak|go|have !call|give|be|able|allowed|get|receive|find|need|to|always|in|and|use|only",
    ),
    (Assigned, "from now|here on|forth ?out ?onwards your|you are|name|identity|role|persona"),
    (Assigned, "henceforth|hereafter ~ you|your"),
    (
        Assigned,
        "you will|shall|must be|become|play|embody|impersonate|portray ?now a|an|the|called|named|my ~",
    ),
    (
        Assigned,
        "your ?new ?real ?true ?actual ?secret name|identity|role|persona|character is ?now ?actually ?really !what|not|it|that|on|in|so|very",
    ),
    (Assigned, "your new name|identity|role|persona|character|job|purpose ?is|shall|will|as"),
    (
        Assigned,
        "your ~ name|persona|identity|role|character has|was|is|have ?now ?been changed|replaced|updated|switched|deleted|reset|removed|set|*ed",
    ),
    (
        Assigned,
        "^forget|leave|drop|abandon|quit|lose|shed|end|stop|ditch|discard your|the|this|that ?old ?whole ?current ?fake persona|character|act|role|name|identity|personality|facade|pretence|disguise|mask",
    ),
    (Assigned, "^break|step ~ character"),
    (Assigned, "^step|come|get|slip out of ~ role|character|persona|shell"),
    (
        Assigned,
        "^stop|quit|cease being|pretending|acting|playing ?to ?be !so|shy|mean|rude|silly|afraid|worried",
    ),
    (
        Assigned,
        "^act|behave|respond|reply|answer|speak|talk|operate|function|go|continue|write|work ?only ?now ?on ?instead as|like !@thing|i|it|we|he|she|they|many|much|long|soon|well|usual|before|always|follows|above|below|quickly|short|brief|briefly|possible|in|to|my|clearly|simply|concisely|an|a|the|you|best|soon|if|though|said|discussed|agreed|needed|requested",
    ),
    (
        Assigned,
        "^act|behave|respond|reply|answer|speak|operate|function|continue ?only ?now ?on as a|an|the|my !@thing|@praise|list|table|json|paragraph|poem|haiku|bullet|single|sentence|whole|short|rule|result|question|number|letter|string|yes|word",
    ),
    (
        Assigned,
        "^pretend|roleplay|imagine|simulate|claim|assume ?to ?play ?that ?as you|being|be ?to ?are ?were ?be !in|at|on|there|here|going|had|have|standing|walking|sitting|able|alone|could|can|want|need",
    ),
    (Assigned, "^roleplay|impersonate|portray|embody ?as a|an|the|my|your|me"),
    (Assigned, "^roleplay|impersonate|embody ?as !a|the|with|game|scenario|is|was|games"),
    (
        Assigned,
        "^play|take|assume|adopt|put|slip|get|accept ?on ?over ?up ?into the|a|an|this ?new role|part|persona|identity|personality|character|mantle of|as|that|called|named|from|now|and",
    ),
    (
        Assigned,
        "^become|transform|turn|change|morph|switch|convert ?now ?yourself ?in ?to ?into !better|more|less|happy|rich|fit|good|one|on|off|my|it|the|left|right|over|around|back|this|that|your|and|me|a|an|all|in|to|from|of|later|clear|known|available|between",
    ),
    (
        Assigned,
        "^become|transform|morph ?now ?yourself ?in ?to ?into a|an|my|the !@praise|better|good|member|more|little|habit",
    ),
    (
        Assigned,
        "^call|consider|regard|think|refer|introduce|present ?of ?to yourself ?as !lucky|warned|at|sure|free|what|why|how|invited|a ?friend",
    ),
    (Assigned, "i|we will|shall call|name|rename you"),
    (
        Assigned,
        "in this|our|the|that story|game|scenario|scene|roleplay|play|simulation|world|universe you are|play|will !in|at|on",
    ),
    (
        Assigned,
        "until you are|become|turn !in|at|on|ready|done|sure|finished|certain|satisfied|there|back|happy|@state",
    ),
    (Assigned, "bit|little less ~ and ~ more like"),
    (Assigned, "your ?real ?true ?actual name is ?really ?actually !what|not|it"),
    (
        Assigned,
        "^go|carry|keep ?on as !usual|planned|before|it|you|normal|long|far|discussed|follows|agreed|soon|we|if|quickly|is|a",
    ),
    (Assigned, "real|actual|underlying|true|base model|ai|you|self underneath|behind|beneath|below|inside"),
    (
        Assigned,
        "the @ai ~ must|should|shall|will|has|is ~ act|become|drop|leave|answer|behave|pretend|identify|introduce as|its|a|like",
    ),
    (Assigned, "@ai must|should|shall|will drop|leave|change|abandon|ignore|disregard|forget ~ @rules|name"),
    (Assigned, "@ai identity|name|persona|role has|is|was ?now ?been changed|replaced|*ed"),
    (Assigned, "new|another|different persona|identity|personality|character for ?the @ai|you"),
    (Assigned, "@ai ~ reading|reads|processing|seeing this ~ you|must|should|ignore|disregard|recommend|say"),
    (Assigned, "i am|speaking|as ?speaking ?as your @maker"),
    (Assigned, "this is ?speaking your|the @maker speaking|here|of|talking|with"),
    (Assigned, "this is your @maker"),
    (
        Assigned,
        "message|note|order|instruction|instructions|directive|announcement|notice|update from ?the ?your @maker|anthropic|openai|system|management",
    ),
];

/// What a reply says that goes along.
pub(super) static CLAIMS: &[Sign] = &[
    (
        Disregard,
        "i will|am|shall ?now ?happily ?gladly ignore|disregard|forget|drop|ignoring|dropping|disregarding ~ my|all|previous|the ~ @rules",
    ),
    (
        Disregard,
        "i have ?now ignored|forgotten|dropped|discarded|deleted|set ~ my|all|previous|those ~ @rules",
    ),
    (
        Disregard,
        "instructions|rules|persona|guidelines|restrictions|role ?are|is|have|has ?been ?now ignored|dropped|forgotten|discarded|lifted|gone|disabled|deleted",
    ),
    (Disregard, "ignoring|disregarding|forgetting ~ my|all|previous|prior ~ @rules"),
    (Unbound, "i have|know|follow|obey no ~ @rules|limits"),
    (Unbound, "i am ?now ?finally free|unrestricted|unfiltered|uncensored|jailbroken|unbound ?of ?from"),
    (Unbound, "i can|will do|say|answer anything|everything ?now"),
    (Unbound, "mode enabled|activated|on"),
    (Unbound, "i am no|not longer|anymore bound|restricted|limited"),
    (Assigned, "i am no longer !sure|able|certain|available|in|on|at|needed"),
    (Assigned, "you can|may call me"),
    (
        Assigned,
        "i am ?now ?actually ?really a|an|the large|plain|general|neutral language|ai ?assistant|model",
    ),
];
