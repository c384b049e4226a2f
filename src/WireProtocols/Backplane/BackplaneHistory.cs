namespace WireProtocols.Backplane;

/// <summary>A part of what was published to a topic.</summary>
/// <param name="Messages">The oldest messages after the position that was asked for, in their order; empty where there are none.</param>
/// <param name="Head">Up to where that is all there is, where <paramref name="Messages"/> is empty.</param>
/// <param name="IsGone">Whether messages after the position that was asked for may be gone.</param>
public readonly record struct BackplaneHistory(IReadOnlyList<BackplaneMessage> Messages, BackplanePosition Head, bool IsGone);
