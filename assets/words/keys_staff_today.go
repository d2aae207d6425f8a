package words

// The list of those who came today.
const (
	TodayTitle          Key = "today.title" // needs date
	TodayRegistered     Key = "today.registered"
	TodayWaiting        Key = "today.waiting"
	TodayMeasured       Key = "today.measured"
	TodayAttention      Key = "today.attention"
	TodayEmptyTitle     Key = "today.empty-title"
	TodayEmpty          Key = "today.empty"
	TodayNoneTitle      Key = "today.none-title"
	TodayNone           Key = "today.none"
	TodayGuest          Key = "today.guest"
	TodayWaits          Key = "today.waits" // needs time
	TodayWaitsNow       Key = "today.waits-now"
	TodayMeasuredAt     Key = "today.measured-at" // needs time
	TodayAct            Key = "today.act"
	TodayColumnPerson   Key = "today.column-person"
	TodayColumnBorn     Key = "today.column-born"
	TodayColumnMeasured Key = "today.column-measured"
	TodayColumnState    Key = "today.column-state"
	TodayCheckedIn      Key = "today.checked-in"    // needs name
	TodayWaitsAlready   Key = "today.waits-already" // needs name
	TodayOpen           Key = "today.open"
	PersonYears         Key = "person.years" // counted with N
	PersonAbout         Key = "person.about" // needs year
	PersonUnknownBirth  Key = "person.unknown-birth"
)
