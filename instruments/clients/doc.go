// Package clients holds tests in which implementations of a protocol that
// others have written talk to our drivers and twins: what two of our own agree
// about may still be wrong. They are fetched from package registries in the
// versions named here, so the tests run in `make clients` only, and say what they
// left out where something cannot be fetched. glucometerutils, which no registry
// has, is used where somebody has installed it: AIDPOST_PYTHON names the
// interpreter.
package clients
