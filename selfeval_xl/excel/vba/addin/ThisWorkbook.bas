Option Explicit
