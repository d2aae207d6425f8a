//go:build linux || freebsd || openbsd || netbsd || dragonfly

package vault

import (
	"errors"
	"os"

	secret "github.com/zalando/go-keyring/secret_service"
)

// storeIsOpen makes sure that the login collection is unlocked: a locked one
// would put a question on the screen of a kiosk. Without an address D-Bus would
// start a bus of its own.
func storeIsOpen() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return errors.New("there is no session bus")
	}
	service, err := secret.NewSecretService()
	if err != nil {
		return err
	}
	locked, err := service.GetLoginCollection().GetProperty("org.freedesktop.Secret.Collection.Locked")
	if err != nil {
		return err
	}
	if is, ok := locked.Value().(bool); !ok || is {
		return errors.New("the key store is locked")
	}
	return nil
}
