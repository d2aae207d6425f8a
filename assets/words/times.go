package words

// TimedScreens are the screens of the kiosk that the report on how long things take
// tells of, in their usual order.
func TimedScreens() []string {
	return []string{
		"who", "pin", "consent", "choose", "question", "unsuitable", "prepare", "rest", "connect", "ready", "measure",
		"stopping", "pause", "confirm", "trouble", "urgent", "result", "finish",
	}
}

// TimesScreen is what a screen of the kiosk is called by staff.
func TimesScreen(screen string) Key { return coded("times.screen", screen) }

// TimedPages are the pages of the staff's window that it tells of.
func TimedPages() []string {
	return []string{"today", "find", "register", "patient", "measure", "referrals", "shift", "papers", "instruments", "quality"}
}

// TimesPage is what a page of the staff's window is called.
func TimesPage(page string) Key {
	if key, ok := map[string]Key{"patient": TimesPerson, "measure": TimesMeasuring, "shift": ShiftNav, "papers": NavReports}[page]; ok {
		return key
	}
	return coded("nav", page)
}

// TimesMode is how a person works the kiosk.
func TimesMode(mode string) Key { return coded("times.mode", mode) }
