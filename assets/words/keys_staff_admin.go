package words

// The way to the pages of the administration, and what the program is made of.
const (
	NavAdmin          Key = "nav.admin"
	AdminAbout        Key = "admin.about"
	AdminAboutNote    Key = "admin.about-note"
	AboutMachine      Key = "about.machine"
	AboutLicences     Key = "about.licences"
	AboutLicencesLead Key = "about.licences-lead"
	AboutVersion      Key = "about.version"
	AboutKiosk        Key = "about.kiosk"
	AboutSource       Key = "about.source"
	AboutAltered      Key = "about.altered" // needs source
	AboutUntold       Key = "about.untold"
	AboutDated        Key = "about.dated"
	AboutBuilt        Key = "about.built"
	AboutRules        Key = "about.rules"
	AboutLibraries    Key = "about.libraries"
	AboutEdition      Key = "about.edition" // needs publisher, edition
)
