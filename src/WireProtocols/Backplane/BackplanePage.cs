namespace WireProtocols.Backplane;

/// <summary>A part of the log of a topic.</summary>
/// <param name="Entries">The oldest entries after the position that was asked for, in their order; empty where there are none.</param>
/// <param name="Head">The newest position of the log; <see cref="BackplanePosition.None"/> where nothing was ever appended, or all of it is
/// lost.</param>
/// <param name="IsGone">Whether entries after the position that was asked for may be gone: they are older than what is retained, or of a log that
/// was lost.</param>
public readonly record struct BackplanePage(IReadOnlyList<BackplaneEntry> Entries, BackplanePosition Head, bool IsGone);
