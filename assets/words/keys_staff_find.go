package words

// Finding somebody while typing.
const (
	FindTitle        Key = "find.title"
	FindPrompt       Key = "find.prompt"
	FindHowTitle     Key = "find.how-title"
	FindHow          Key = "find.how"
	FindNoneTitle    Key = "find.none-title" // needs text
	FindNone         Key = "find.none"
	FindCount        Key = "find.count" // counted with N
	FindMore         Key = "find.more"  // needs most
	FindSearching    Key = "find.searching"
	FindOpen         Key = "find.open"
	FindAdmit        Key = "find.admit"
	FindColumnNumber Key = "find.column-number"
)
