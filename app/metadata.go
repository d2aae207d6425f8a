package main

import (
	"fyne.io/fyne/v2"

	"aidpost/assets"
)

// What the program is called by the desktop. A test keeps it equal to
// FyneApp.toml, which only the packaging tool reads.
const (
	appID   = "org.aidpost.kiosk"
	appName = "Aidpost"
)

// release is the program's version, set by the linker in a shipped build.
var release = "0.1.0"

func metadata() fyne.AppMetadata {
	return fyne.AppMetadata{
		ID: appID, Name: appName, Version: release, Build: 1,
		Icon: fyne.NewStaticResource("icon.png", assets.AppIcon()),
	}
}
