package words

// Signing in at the staff screen, and setting a computer up.
const (
	SigninTitle        Key = "signin.title"
	SigninLead         Key = "signin.lead"
	SigninBadge        Key = "signin.badge"
	SigninPIN          Key = "signin.pin"
	SigninGo           Key = "signin.go"
	SigninChecking     Key = "signin.checking"
	SigninWrong        Key = "signin.wrong"
	SigninBadgeForPIN  Key = "signin.badge-for-pin"
	SigninWait         Key = "signin.wait"      // needs time
	SigninWaitHere     Key = "signin.wait-here" // needs time
	SigninLocked       Key = "signin.locked"
	SigninBadgeMissing Key = "signin.badge-missing"
	SigninPINMissing   Key = "signin.pin-missing"
	SigninCoveredTitle Key = "signin.covered-title" // needs name
	SigninCoveredLead  Key = "signin.covered-lead"
	SigninOther        Key = "signin.other"
	SigninTrouble      Key = "signin.trouble"
	SigninNewPINTitle  Key = "signin.new-pin-title" // needs name
	SigninNewPINLead   Key = "signin.new-pin-lead"
	SigninNewPIN       Key = "signin.new-pin"
	SigninNewPINGo     Key = "signin.new-pin-go"
	SetupTitle         Key = "setup.title"
	SetupLead          Key = "setup.lead"
	SetupName          Key = "setup.name"
	SetupBadgeHint     Key = "setup.badge-hint"
	SetupPINHint       Key = "setup.pin-hint"
	SetupPINAgain      Key = "setup.pin-again"
	SetupGo            Key = "setup.go"
	SetupNameMissing   Key = "setup.name-missing"
	SetupBadgeShort    Key = "setup.badge-short"
	SetupPINWeak       Key = "setup.pin-weak"
	SetupPINDiffers    Key = "setup.pin-differs"
	RoleOperator       Key = "role.operator"
	RoleSupervisor     Key = "role.supervisor"
	RoleAdministrator  Key = "role.administrator"
	RoleTechnician     Key = "role.technician"
	RoleAuditor        Key = "role.auditor"
)
