package words

// What people saved at the kiosk to take along.
const (
	SummariesTitle       Key = "summaries.title"
	SummariesLead        Key = "summaries.lead"
	SummariesNone        Key = "summaries.none"
	SummariesNoneLead    Key = "summaries.none-lead"
	SummariesColumnVisit Key = "summaries.column-visit"
	SummariesColumnSaved Key = "summaries.column-saved"
	SummariesGone        Key = "summaries.gone"
	SummariesOpenVisit   Key = "summaries.open-visit"
	SummariesRemove      Key = "summaries.remove"
	SummariesRemoveAsk   Key = "summaries.remove-ask"
	SummariesRemoveLead  Key = "summaries.remove-lead"
	SummariesRemoved     Key = "summaries.removed"
	SummariesFailed      Key = "summaries.failed"
)
