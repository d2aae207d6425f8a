package words

// Visits that go to an office on a stick, and word of them back.
const (
	CarryTitle      Key = "carry.title"
	CarryLocal      Key = "carry.local"
	CarryCarried    Key = "carry.carried"
	CarryHeld       Key = "carry.held"
	CarryNoStick    Key = "carry.no-stick"
	CarryLook       Key = "carry.look"
	CarryStick      Key = "carry.stick" // needs name
	CarryOut        Key = "carry.out"
	CarryIn         Key = "carry.in"
	CarryWorking    Key = "carry.working"
	CarryWorkingOf  Key = "carry.working-of" // needs done, all
	CarryDoneOut    Key = "carry.done-out"   // needs n
	CarryOutNothing Key = "carry.out-nothing"
	CarryWord       Key = "carry.word"     // needs n
	CarryDoneIn     Key = "carry.done-in"  // needs n
	CarryNowHeld    Key = "carry.now-held" // needs n
	CarryNowSent    Key = "carry.now-sent" // needs n
	CarryWishes     Key = "carry.wishes"   // needs n
	CarryInNothing  Key = "carry.in-nothing"
	CarryWaiting    Key = "carry.waiting" // needs n
	CarryRefused    Key = "carry.refused" // needs what, why
	CarryVisit      Key = "carry.visit"   // needs visit
	CarryDisputed   Key = "carry.disputed"
	CarryDispute    Key = "carry.dispute" // needs visit, name, time
	CarryChoose     Key = "carry.choose"
	CarryKept       Key = "carry.kept"
	CarryKeepThere  Key = "carry.keep-there"
)
