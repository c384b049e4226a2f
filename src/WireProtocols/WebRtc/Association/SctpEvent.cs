namespace WireProtocols.WebRtc;

/// <summary>Something that an association tells.</summary>
/// <param name="Kind">What.</param>
/// <param name="StreamId">The stream of a reset.</param>
/// <param name="Message">The message.</param>
/// <param name="End">Why the association is over.</param>
/// <param name="Cause">The cause that an ABORT named.</param>
public readonly record struct SctpEvent(
    SctpEventKind Kind,
    int StreamId = 0,
    SctpUserMessage Message = default,
    SctpEnd End = SctpEnd.None,
    SctpCauseCode Cause = SctpCauseCode.None);
