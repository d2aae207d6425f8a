package main

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/settings"
	"aidpost/app/site"
	"aidpost/app/visit"
	"aidpost/reports/cups"
	"aidpost/ui/clinic"
	"aidpost/ui/kiosk"
)

// settings are those of the place as they count now.
func (p *program) settings() site.Profile { return *p.now.Load() }

// reload has changed settings count at once, as far as they can; the others do
// at the next start.
func (p *program) reload(to site.Profile) {
	to = to.In(p.asked.Zone)
	p.now.Store(&to)
	p.site.Reload(to)
	p.kiosk.Set(behaviour(to))
	if p.visit != nil {
		p.visit.SetIdle(idle(to))
	}
}

// administer gives staff's window the settings and what it needs to show how it
// stands with the server.
func (p *program) administer() error {
	form, err := settings.New(settings.Config{
		Folder: p.asked.Data, Do: p.desk.Do, Applied: p.reload, Printer: cups.New(nil), Changed: p.clinic.Changed,
	})
	if err != nil {
		return err
	}
	p.clinic.Administer(clinic.Administration{Settings: form, Server: settings.NewServer(settings.ServerConfig{
		Folder: p.asked.Data, Version: p.asked.Version, Store: p.site.Store, Do: p.desk.Do, Log: p.log,
		Again: func() { p.site.Reload(p.settings()) }, Changed: p.clinic.Changed,
	}), Carry: settings.NewCarrying(settings.CarryConfig{
		Folder: p.asked.Data, Store: p.site.Store, Do: p.desk.Do, Sticks: site.CarrySticks, Log: p.log, Changed: p.clinic.Changed,
	})})
	return nil
}

// behaviour sets what the patients' screen says and does for everybody.
func behaviour(p site.Profile) func(*kiosk.Config) {
	return func(c *kiosk.Config) {
		c.Languages, c.OnlyLanguages = p.Languages, p.OnlyLanguages
		c.Covered, c.Silent, c.Volume = p.Screen.Covered, p.Screen.Silent, p.Screen.Volume
		c.Still = p.StillPictures
		c.Keypad = keypad(p.Keypad)
		c.Site = kiosk.Site{Name: p.Name, Emergency: p.Emergency, Unstaffed: p.Unstaffed}
	}
}

// keypad names the keys as the window does.
func keypad(k site.Keypad) kiosk.Keypad {
	name := func(key string) fyne.KeyName { return fyne.KeyName(key) }
	return kiosk.Keypad{
		Previous: name(k.Previous), Next: name(k.Next), Select: name(k.Select), Back: name(k.Back), Help: name(k.Help),
		Plugged: name(k.Plugged), Unplugged: name(k.Unplugged),
	}
}

func idle(p site.Profile) visit.Idle {
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	return visit.Idle{Ask: second(p.Screen.AskSeconds), End: second(p.Screen.EndSeconds), Cover: second(p.Screen.CoverSeconds)}
}
