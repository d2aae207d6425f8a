package words

// Taking the result along: paper or file, and the printer's state.
const (
	TakeTitle        Key = "take.title"
	TakePrint        Key = "take.print"
	TakeSave         Key = "take.save"
	TakeNone         Key = "take.none"
	TakeMore         Key = "take.more"
	TakeNext         Key = "take.next"
	TakeDone         Key = "take.done"
	TakePrinting     Key = "take.printing"
	TakeReady        Key = "take.ready"
	TakePaperOut     Key = "take.paper-out"
	TakeOffline      Key = "take.offline"
	TakeStopped      Key = "take.stopped"
	TakeWaiting      Key = "take.waiting" // counted with N
	TakeFailed       Key = "take.failed"
	TakeNoPrinter    Key = "take.no-printer"
	TakePaper        Key = "take.paper"
	TakeCopy         Key = "take.copy"
	TakeSaving       Key = "take.saving"
	TakeSavedFile    Key = "take.saved-file" // needs name
	TakeSaveFailed   Key = "take.save-failed"
	TakeCancelled    Key = "take.cancelled"
	TakeCode         Key = "take.code"
	TakeCodeTitle    Key = "take.code-title"
	TakeCodeHolds    Key = "take.code-holds"
	TakeCodeNamed    Key = "take.code-named"
	TakeCodeNameless Key = "take.code-nameless"
	TakeCodeLeft     Key = "take.code-left" // counted with N
	TakeCodeClears   Key = "take.code-clears"
	TakeCodeFailed   Key = "take.code-failed"
	TakeCodeDemo     Key = "take.code-demo"
	TakePreview      Key = "take.preview"
)

// The end of a visit.
const (
	FinishTitle         Key = "finish.title"
	FinishSaved         Key = "finish.saved"
	FinishGuest         Key = "finish.guest"
	FinishPaper         Key = "finish.paper"
	FinishCuff          Key = "finish.cuff"
	FinishClearing      Key = "finish.clearing" // counted with N
	FinishClearNow      Key = "finish.clear-now"
	FinishGoodbye       Key = "finish.goodbye"
	FinishCancelled     Key = "finish.cancelled"
	FinishCancelledKept Key = "finish.cancelled-kept"
)

// The warning before an idle visit ends.
const (
	IdleTitle Key = "idle.title"
	IdleLeft  Key = "idle.left" // counted with N
	IdleWhy   Key = "idle.why"
	IdleStay  Key = "idle.stay"
	IdleEnd   Key = "idle.end"
)
