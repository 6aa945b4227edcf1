using Google.Protobuf.WellKnownTypes;
using Wire = Monogres.Protocol;

namespace Monogres.Actions;

/// <summary>
/// Whether a remembered result is of a command that ran for us, here or at our engine, or was taken from a cache that others write
/// into. The mark is in <c>ExecutedActionMetadata.auxiliary_metadata</c>, and never leaves this machine.
/// </summary>
public static class ResultOrigin
{
    private const string Type = "type.googleapis.com/monogres.Taken";

    /// <summary>The result with the mark that it was taken from others.</summary>
    public static Wire.ActionResult MarkTaken(Wire.ActionResult result)
    {
        var marked = result.Clone();
        marked.ExecutionMetadata ??= new Wire.ExecutedActionMetadata();
        marked.ExecutionMetadata.AuxiliaryMetadata.Add(new Any { TypeUrl = Type });
        return marked;
    }

    /// <summary>Whether it was taken from others.</summary>
    public static bool IsTaken(Wire.ActionResult result) => result.ExecutionMetadata?.AuxiliaryMetadata.Any(one => string.Equals(one.TypeUrl, Type, StringComparison.Ordinal)) ?? false;
}
