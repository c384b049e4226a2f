namespace WireProtocols.Benchmarks.Native;

/// <summary>A peer in another language, which does the work of a case in one call.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Run">Works through the input once; returns nanoseconds where <paramref name="TimesItself"/>.</param>
/// <param name="TimesItself">True where a part of each call must not count, such as the copy of bytes that are changed in place.</param>
public sealed record NativePeer(string Name, Func<long> Run, bool TimesItself);
