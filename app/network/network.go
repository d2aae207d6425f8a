// Package network says whether the network that this machine is on costs by how
// much goes over it, as a mobile one does, as far as the system knows.
package network

import (
	"context"
	"errors"
	"time"
)

// ErrUnknown: this system does not say. Then a setting has to.
var ErrUnknown = errors.New("the system does not say whether the network costs by volume")

// patience is how long the system may take to answer.
const patience = time.Second

// Metered reports whether the network costs by volume, or ErrUnknown. On Linux
// NetworkManager says so, or takes a guess, such as for the hotspot of a phone.
func Metered(ctx context.Context) (bool, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	return metered(ctx)
}
