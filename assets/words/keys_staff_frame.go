package words

// What stands around every page of staff: navigation, banners, shortcuts.
const (
	NavToday          Key = "nav.today"
	NavFind           Key = "nav.find"
	NavRegister       Key = "nav.register"
	NavReferrals      Key = "nav.referrals"
	NavInstruments    Key = "nav.instruments"
	NavReports        Key = "nav.reports"
	NavSettings       Key = "nav.settings"
	FrameSignOut      Key = "frame.sign-out"
	FrameBack         Key = "frame.back"
	FrameUndo         Key = "frame.undo"
	FrameClose        Key = "frame.close"
	FrameFull         Key = "frame.full" // needs n
	FrameDisplay      Key = "frame.display"
	FrameLight        Key = "frame.light"
	FrameDark         Key = "frame.dark"
	FrameContrast     Key = "frame.contrast"
	FrameTextSize     Key = "frame.text-size"
	FrameTouch        Key = "frame.touch"
	FrameLanguage     Key = "frame.language"
	FrameKeys         Key = "frame.keys"
	FrameKeyToday     Key = "frame.key-today"
	FrameKeyFind      Key = "frame.key-find"
	FrameKeyNew       Key = "frame.key-new"
	FrameKeyBack      Key = "frame.key-back"
	FrameKeyMove      Key = "frame.key-move"
	FrameKeyChoose    Key = "frame.key-choose"
	FrameKeyLock      Key = "frame.key-lock"
	FrameKeyHelp      Key = "frame.key-help"
	FrameGiveBack     Key = "frame.give-back"
	FrameCoversSoon   Key = "frame.covers-soon" // needs time
	FrameScanAside    Key = "frame.scan-aside"
	FrameNothingTitle Key = "frame.nothing-title"
	FrameNothing      Key = "frame.nothing"
	BannerSimulated   Key = "banner.simulated"
	BannerDisk        Key = "banner.disk"   // needs size
	BannerBackup      Key = "banner.backup" // needs date
	BannerNoBackup    Key = "banner.no-backup"
	BannerDamaged     Key = "banner.damaged"
	ProblemDenied     Key = "problem.denied"
	ProblemFull       Key = "problem.full"
	ProblemStale      Key = "problem.stale"
	ProblemRecords    Key = "problem.records"
	ProblemRetry      Key = "problem.retry"
	BannerClock       Key = "banner.clock" // needs time
	ProblemReadOnly   Key = "problem.read-only"
	ProblemDisk       Key = "problem.disk"
	BannerBattery     Key = "banner.battery"       // needs value
	BannerNoCuff      Key = "banner.no-cuff"       // needs value
	BannerEmpty       Key = "banner.battery-empty" // needs value
)
