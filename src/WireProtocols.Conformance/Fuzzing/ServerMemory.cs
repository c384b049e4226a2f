using System.Diagnostics;

namespace WireProtocols.Conformance;

/// <summary>The process of a server: whether it lives, and how much memory it has.</summary>
internal sealed class ServerMemory(int? processId, long maxGrowth)
{
    private long _first = -1;

    /// <summary>What is wrong with it; null where nothing is, or where it is not known.</summary>
    public ServerVerdict? Find()
    {
        if (processId is not { } id)
        {
            return null;
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            long size = process.WorkingSet64;
            _first = _first < 0 ? size : _first;
            return size - _first > maxGrowth
                ? new ServerVerdict("memory", "", $"the memory of the process has grown from {_first >> 20} to {size >> 20} MiB")
                : null;
        }
        catch (ArgumentException)
        {
            return new ServerVerdict("crash", "", $"the process {id} is gone");
        }
    }

    /// <summary>What it has now is what it begins with.</summary>
    /// <returns>What is wrong with it already.</returns>
    public ServerVerdict? Begin()
    {
        _first = -1;
        return Find();
    }
}
