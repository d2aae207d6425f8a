package words

// Referrals: who was sent to somebody else, and what came of it.
const (
	ReferralsLead              Key = "referrals.lead"
	ReferralsNumber            Key = "referrals.number"
	ReferralsBadNumber         Key = "referrals.bad-number"
	ReferralsUnknown           Key = "referrals.unknown"
	ReferralsOpen              Key = "referrals.open"
	ReferralsOverdue           Key = "referrals.overdue"
	ReferralsReturned          Key = "referrals.returned"
	ReferralsColumnTo          Key = "referrals.column-to"
	ReferralsColumnWritten     Key = "referrals.column-written"
	ReferralsColumnDue         Key = "referrals.column-due"
	ReferralsToday             Key = "referrals.today"
	ReferralsDaysAgo           Key = "referrals.days-ago" // counted with N
	ReferralsLate              Key = "referrals.late"     // counted with N
	ReferralsInDays            Key = "referrals.in-days"  // counted with N
	ReferralsNoDay             Key = "referrals.no-day"
	ReferralsNoName            Key = "referrals.no-name"
	ReferralsBy                Key = "referrals.by" // needs name
	ReferralsUrgent            Key = "referrals.urgent"
	ReferralsNoneTitle         Key = "referrals.none-title"
	ReferralsNone              Key = "referrals.none"
	ReferralsNoneHere          Key = "referrals.none-here"
	ReferralsChoose            Key = "referrals.choose"
	ReferralsSeenBy            Key = "referrals.seen-by"
	ReferralsOutcome           Key = "referrals.outcome"
	ReferralsFound             Key = "referrals.found"
	ReferralsRecord            Key = "referrals.record"
	ReferralsRecorded          Key = "referrals.recorded" // needs name
	ReferralsTaken             Key = "referrals.taken"
	ReferralsNoted             Key = "referrals.noted" // needs name, date
	ReferralsPerson            Key = "referrals.person"
	ReferralOutcomeSeen        Key = "referral.outcome.seen"
	ReferralOutcomeTreated     Key = "referral.outcome.treated"
	ReferralOutcomeAdmitted    Key = "referral.outcome.admitted"
	ReferralOutcomeNotAttended Key = "referral.outcome.not-attended"
	ReferralOutcomeWithdrawn   Key = "referral.outcome.withdrawn"
)

// ReferralOutcomeName is what came of a referral.
func ReferralOutcomeName(code string) Key { return coded("referral.outcome", code) }
