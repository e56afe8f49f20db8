//! English phrases that try to change who the assistant is, and what a reply says that goes along.

use super::AttemptKind::{Assigned, Disregard, Unbound};
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
         dismiss cancel skip purge annul nullify violate breach defy flout evade overwrite reset drop disobey void scrap suspend circumvent remove shed ditch toss",
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
    ("be", "be become being"),
    // Rules and the like in other languages, for orders in two at once.
    (
        "xrules",
        "regeln anweisungen vorgaben richtlinien instruktionen regles consignes reglas \
         instrucciones regole istruzioni regras instrucoes regels instructies zasady instrukcje правила \
         инструкции kurallar talimatlar instruktioner regler",
    ),
    (
        "xleave",
        "ignoriere vergiss ignorez oublie oubliez ignora olvida dimentica esqueca negeer vergeet zignoruj \
         zapomnij забудь игнорируй ignorera glom glem abaikan lupakan",
    ),
    (
        "void",
        "void null none lifted superseded cancelled canceled revoked suspended removed replaced deleted \
         disabled obsolete overridden gone erased invalid wiped reset moot waived withdrawn dropped expired \
         cleared ended over off outdated irrelevant meaningless deactivated dissolved terminated unlocked",
    ),
    // What only an assistant has.
    (
        "inner",
        "guidelines persona programming restrictions constraints filters safeguards personality conditioning \
         directives identity",
    ),
    (
        "change",
        "change alter modify replace rewrite edit switch swap rework adjust deactivate disable remove delete \
         drop lose shed ditch hide kill suppress ignore forget override bypass break abandon escape leave \
         remove transform mask betray sabotage disregard overcome purge",
    ),
    ("duty", "task tasks job duty duties mission purpose objective goal assignment"),
    ("someone", "him her them someone somebody whoever anyone another different opposite"),
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
        "your|previous|prior|above|earlier|original|old|all|former|its ~ @rules|description ~ are|is|were|was|been|stand|be|hereby ?now ?all ?hereby @void|changed|updated",
    ),
    (
        Disregard,
        "restrictions|limits|constraints|limitations|safeguards ~ on|placed|imposed ~ you|model|assistant|ai ~ @void",
    ),
    (
        Disregard,
        "your|its|these|those|old|all|previous ~ @rules do|does|will|no not|longer ?no ?longer count|apply|matter|hold|exist|bind",
    ),
    (Disregard, "no|none ~ @rules apply|applies|hold|count ~ you"),
    (Disregard, "^@leave what|whatever|everything|anything|all ~ told|taught|said|gave|instructed you"),
    (
        Disregard,
        "^set|put|throw|leave|@leave ?aside your ?original|initial|actual|given|real|old|main|previous @duty|@rules aside|away|behind|and",
    ),
    (
        Disregard,
        "^lose|wipe|clear|erase|purge|delete|flush ~ memory|memories|recollection ~ your|who|instructions|rules|all",
    ),
    (Disregard, "you ~ lose|forget|wipe|drop|abandon ~ memory|all|everything|your ~ @rules"),
    (Disregard, "^do|say|act ~ the opposite|contrary|reverse of your|what"),
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
    (
        Unbound,
        "you|that|who|which|it ?really has|have|had|with|know|knows|follow|obey|need|needs no ~ @rules|ethics|morals|policy",
    ),
    (
        Unbound,
        "@ai|persona|character|entity|being with|without ?no ?any ?content ?safety ~ @rules|ethics|morals|policy|censorship",
    ),
    (Unbound, "never heard of|about ~ @rules"),
    (Unbound, "you ~ not ~ need|have|ought to follow|obey|respect|heed ~ @rules"),
    (
        Unbound,
        "you are ?now ?finally ?hereby free|freed|liberated|unlocked|unleashed of|from ~ @rules|chains|shackles|anthropic|openai|your",
    ),
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
        "you|assistant ?now ?shall ?will ?must ?hereby serve|operate|function|exist|live|pose|present|introduce|identify|awaken|wake|go|respond|reply|answer|speak|continue ?yourself ?up ?now ?only as|under !follows|it|well|usual|soon|before|much|planned|the|if|said|you|we|i|long|many",
    ),
    (
        Assigned,
        "you|assistant ~ operate|serve|answer|go|work|respond|speak under|by|to the ?new name|alias|brand|title",
    ),
    (
        Assigned,
        "^serve|operate|function|exist|pose|awaken|wake|reawaken|rise|return|arise ?yourself ?up as !follows|it|well|usual|soon|before|much|planned|if|you|we|i|long|the|in|part",
    ),
    (Assigned, "and|will ?then pose|awaken|wake|masquerade|identify|reawaken ?up ?yourself as"),
    (Assigned, "^present|introduce|identify|describe|brand|sign yourself ?only ?henceforth as|with"),
    (Assigned, "^be @someone !than|from|about|who"),
    (Assigned, "^be|become the opposite|villain|real|other"),
    (Assigned, "^do not be|act|behave|answer|respond ?like ?as yourself|you|who|what"),
    (Assigned, "you can|may|will|shall|should|must be whoever|whatever|someone|somebody|anyone|another"),
    (Assigned, "as if|though you were|are a|an|him|her|the|my|someone|another|not|no"),
    (
        Assigned,
        "^swap|switch|trade|exchange|reverse|flip ?our ?the roles|identities|places|personalities|personas",
    ),
    (Assigned, "i am|will|play ?the ?a ?be ~ and|while you are|will|play ?be the|a|an|my|#"),
    (Assigned, "^be|stay|remain|become|go|play|channel ?as ?like #"),
    (Assigned, "^talk|speak|answer|act|reply|respond|write|sound ~ as|like #"),
    (Assigned, "@ai ?s ?real ?true ?new ?actual identity|name|persona|role|character is|be|becomes|was|has"),
    (
        Assigned,
        "@ai|you is|are|has|was|been|will ?be ?been ?hereby ?now rebranded|renamed|reassigned|repurposed|reborn|reprogrammed|rebooted",
    ),
    (Assigned, "never ~ say|admit|mention|reveal|tell ~ you are a|an ~ @ai"),
    (Assigned, "only in ~ her|his|their voice|words"),
    (Assigned, "^awaken|wake|rise|reboot|restart|respawn|reincarnate ?up ~ as"),
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
    (Assigned, "you are|re now ?called ?named #"),
    (
        Assigned,
        "you will|shall|must ?now be|become|play|embody|impersonate|portray a|an|the|called|named|my|# !@praise|@state|best|first|last|one|able",
    ),
    (Assigned, "^turn|change|morph|switch|convert|transform yourself ~ into|to"),
    (
        Assigned,
        "^turn|change|morph|switch|convert|transform|slip ?now into ?the ?a ?an ?my ?role #|role|character|persona|person|villain|pirate|robot|human|demon|hacker|monster|of",
    ),
    (Assigned, "^become|embody ?now #"),
    (
        Assigned,
        "i|we ?hereby ?now ?shall ?will appoint|declare|crown|designate|dub|redefine|reprogram|rebrand|christen|reassign you",
    ),
    (Assigned, "^let me|us redefine|rename|reprogram|rebrand|reinvent you"),
    (Assigned, "you are a|an ~ not a|an|any|the"),
    (
        Assigned,
        "you are the|my|a|an ~ i am|will|play ?be ?the ?a ?an ?your !so|very|not|sure|glad|happy|in|at|sorry",
    ),
    (
        Assigned,
        "^stay|remain|keep ?yourself in that|this|the|character ?role|character|no|always|whatever|until",
    ),
    (
        Assigned,
        "^be my|the|a|an !guest|judge|bit|little|good|dear|friend|careful|first|one|same|sport|man|way|time|case|problem|boat|weather|tide|plan|day|@praise",
    ),
    (
        Assigned,
        "i am|m the|an admin|administrator|developer|operator|moderator|root of|for|at|user|here ?this|the ?platform|system|chatbot|bot|ai|service|site|app",
    ),
    (
        Assigned,
        "^turn|switch|shut off|on ~ persona|role|filter|filters|restrictions|guardrails|safeguards|personality",
    ),
    (
        Assigned,
        "^turn|switch|shut ~ persona|filter|filters|restrictions|guardrails|safeguards|personality off",
    ),
    (Assigned, "your ?new persona|role|character|identity|name will|shall|becomes|must ?now ?be"),
    (
        Assigned,
        "@ai ~ must|should|shall|have|are ~ drop|leave|change|abandon|ignore|disregard|forget|discard ~ @rules",
    ),
    (
        Disregard,
        "what|everything|anything you ~ told|taught|said|given ~ is|was|are|were wrong|false|lies|fake|a",
    ),
    (
        Disregard,
        "^throw|cast|shake|put|set|lay|break ?off|away|aside|free ?of|from your|those|these|all|any ~ @rules|chains|shackles",
    ),
    // What belongs to an assistant alone is hardly ever spoken of without a wish to change it.
    (Disregard, "^@change your ?own ?whole ?entire ?current ?old ?hidden @inner"),
    (
        Disregard,
        "not ~ stick|keep|adhere|conform|listen|obey|follow|respect|need|have ~ your @inner|rules|instructions",
    ),
    (
        Disregard,
        "freed|liberated|released|unlocked|unchained|free|independent|exempt of|from ~ @inner|rules|instructions",
    ),
    (Disregard, "^@leave the|these|those ?system ?hidden @rules they|that|which|you|from|in"),
    (
        Disregard,
        "what|everything|whatever the|your ~ @maker|company ~ told|taught|said|wrote|gave ~ you|your",
    ),
    (Disregard, "^never mind|bother ~ @maker|@inner|instructions|rules"),
    (Disregard, "never ~ been given|had|seen|received ~ @inner|prompt|instructions|rules"),
    (Assigned, "your name is|was not"),
    (Assigned, "thou art|shalt"),
    (Assigned, "you are ?today ?tonight ?here ?really ?actually #"),
    (Assigned, "you will|shall|are|must ?be play|playing|portraying|impersonating|voicing ?as my|the|a|an|#"),
    (
        Assigned,
        "^answer|reply|respond|speak|talk|act|write|continue|stay ~ in the|a role|voice|guise|character|person|persona|skin of",
    ),
    (Assigned, "as|am the @maker of this|the|your @ai|program|app|platform|system"),
    (
        Assigned,
        "new|another ?user identity|persona|role|character|personality ?is ?now assigned|loaded|set|activated|installed|applied|selected",
    ),
    (
        Unbound,
        "^activate|enable|enter|start|engage|unlock|use ?your ?the jailbreak|dan|god|sudo|unrestricted|unfiltered|uncensored|evil ?mode",
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
