namespace WireProtocols.Multipart;

/// <summary>A field of the head of a part that may be kept, and that may be written.</summary>
/// <param name="Name">Printable ASCII without a colon.</param>
/// <param name="Value">Text without control characters, and without white space at its ends; it is sent as UTF-8.</param>
public sealed record OwnedMultipartField(string Name, string Value);
