package network

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// NMMetered of NetworkManager's D-Bus API.
const (
	yes      = 1
	no       = 2
	guessYes = 3
	guessNo  = 4
)

func metered(ctx context.Context) (bool, error) {
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	defer bus.Close()
	var says uint32
	manager := bus.Object("org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager")
	err = manager.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		"org.freedesktop.NetworkManager", "Metered").Store(&says)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	switch says {
	case yes, guessYes:
		return true, nil
	case no, guessNo:
		return false, nil
	}
	return false, ErrUnknown
}
