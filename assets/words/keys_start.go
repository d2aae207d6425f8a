package words

// The fixed bar on every patient screen.
const (
	BarHelp        Key = "bar.help"
	BarLanguage    Key = "bar.language"
	BarTextSize    Key = "bar.text-size"
	BarContrast    Key = "bar.contrast"
	BarDiscreet    Key = "bar.discreet"
	BarCancel      Key = "bar.cancel"
	BarBack        Key = "bar.back"
	BarStepYou     Key = "bar.step-you"
	BarStepChoose  Key = "bar.step-choose"
	BarStepPrepare Key = "bar.step-prepare"
	BarStepMeasure Key = "bar.step-measure"
	BarStepResult  Key = "bar.step-result"
	BarStepOf      Key = "bar.step-of" // needs n, name, total
)

// The start screen.
const (
	WelcomeTitle          Key = "welcome.title"
	WelcomeStart          Key = "welcome.start"
	WelcomeKeep           Key = "welcome.keep"
	WelcomeAvailable      Key = "welcome.available"
	WelcomeNothing        Key = "welcome.nothing"
	WelcomeAskStaff       Key = "welcome.ask-staff"
	WelcomeOut            Key = "welcome.out"
	WelcomeLater          Key = "welcome.later"
	WelcomeHelpWorks      Key = "welcome.help-works"
	WelcomeChooseLanguage Key = "welcome.choose-language"
	WelcomeNoName         Key = "welcome.no-name"
	WelcomeDuration       Key = "welcome.duration" // counted with N
	WelcomeSimulated      Key = "welcome.simulated"
)

// The help screen.
const (
	HelpTitle     Key = "help.title"
	HelpCalled    Key = "help.called"
	HelpCalledAt  Key = "help.called-at" // needs time
	HelpComing    Key = "help.coming"
	HelpStay      Key = "help.stay"
	HelpNoStaff   Key = "help.no-staff"
	HelpEmergency Key = "help.emergency" // needs number
	HelpUnwell    Key = "help.unwell"
	HelpVisitOpen Key = "help.visit-open"
	HelpCall      Key = "help.call"
	HelpWithdraw  Key = "help.withdraw"
	HelpClose     Key = "help.close"
)

// The language screen.
const (
	LanguageTitle Key = "language.title"
	LanguageHint  Key = "language.hint"
)
