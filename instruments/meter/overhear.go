package meter

import (
	"context"
	"time"

	"aidpost/instruments"
)

// overheardMost bounds what Overhear keeps: an instrument that streams is
// known by its first bytes.
const overheardMost = 64

// Overhear returns what comes from the port within d without being asked. An
// instrument that speaks first is seldom a glucose meter, and must not be sent
// commands that mean something else to it.
func Overhear(ctx context.Context, port instruments.Port, d time.Duration) ([]byte, error) {
	d = instruments.ListenBefore(port, d)
	var heard []byte
	buf := make([]byte, overheardMost)
	for until := time.Now().Add(d); len(heard) < overheardMost; {
		wait := time.Until(until)
		if wait <= 0 {
			break
		}
		n, err := instruments.ReadSome(ctx, port, buf, wait)
		if err != nil {
			if ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer {
				break
			}
			return nil, err
		}
		heard = append(heard, buf[:n]...)
	}
	return heard, nil
}

// Unasked listens for d, and returns a WrongModel *Fault if anything is said.
func Unasked(ctx context.Context, port instruments.Port, d time.Duration) error {
	heard, err := Overhear(ctx, port, d)
	if err == nil && len(heard) > 0 {
		err = instruments.NewFault(instruments.WrongModel, "it speaks without being asked")
	}
	return err
}
