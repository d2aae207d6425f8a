package main

import (
	"time"

	"aidpost/app/site"
	"aidpost/app/visit"
	"aidpost/ui/kiosk"
)

// settings are those of the place as they count now.
func (p *program) settings() site.Profile { return *p.now.Load() }

// behaviour sets what the patients' screen says and does for everybody.
func behaviour(p site.Profile) func(*kiosk.Config) {
	return func(c *kiosk.Config) {
		c.Languages, c.OnlyLanguages = p.Languages, p.OnlyLanguages
		c.Covered, c.Silent, c.Volume = p.Screen.Covered, p.Screen.Silent, p.Screen.Volume
		c.Site = kiosk.Site{Name: p.Name, Emergency: p.Emergency, Unstaffed: p.Unstaffed}
	}
}

func idle(p site.Profile) visit.Idle {
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	return visit.Idle{Ask: second(p.Screen.AskSeconds), End: second(p.Screen.EndSeconds), Cover: second(p.Screen.CoverSeconds)}
}
