namespace WireProtocols.Cli.View;

/// <summary>What a part of the human view is; its colour on a terminal.</summary>
internal enum Ink
{
    Plain = 0,
    Faint = 2,
    Heading = 1,
    Good = 32,
    Name = 36,
    Bad = 31,
}
