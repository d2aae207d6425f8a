package words

// Emergency access to people's data, and its review.
const (
	AdminEmergency         Key = "admin.emergency"
	AdminEmergencyNote     Key = "admin.emergency-note"
	EmergencyLead          Key = "emergency.lead"
	EmergencyLeadRecord    Key = "emergency.lead-record"
	EmergencyReason        Key = "emergency.reason"
	EmergencyReasonHint    Key = "emergency.reason-hint"
	EmergencyReasonMissing Key = "emergency.reason-missing"
	EmergencyReasonWrong   Key = "emergency.reason-wrong"
	EmergencyAsk           Key = "emergency.ask"
	EmergencyOn            Key = "emergency.on" // needs time
	EmergencyReviewLead    Key = "emergency.review-lead"
	EmergencyColumnLooked  Key = "emergency.column-looked"
	EmergencyNone          Key = "emergency.none"
	EmergencyNoneLead      Key = "emergency.none-lead"
	EmergencyOpen          Key = "emergency.open" // needs id
)
