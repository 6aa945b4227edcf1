using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Monogres.Store;
using Digest = Monogres.Core.Digest;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Caching;

/// <summary>
/// Says in a shared result of which action it is. A cache gives a message for a key, and nothing in the message tells whether it is
/// the one of that key: with the mark, an entry that was mixed up, or written by another tool, is not taken for ours. It is in
/// <c>ExecutedActionMetadata.auxiliary_metadata</c>, which engines keep and do not read, as a REAPI <c>Digest</c> message.
/// </summary>
internal static class ResultMark
{
    private const string Type = "type.googleapis.com/monogres.Action";

    /// <summary>The result with the mark.</summary>
    public static Wire.ActionResult Put(Wire.ActionResult result, Digest action)
    {
        var marked = result.Clone();
        marked.ExecutionMetadata ??= new Wire.ExecutedActionMetadata();
        marked.ExecutionMetadata.AuxiliaryMetadata.Add(new Any { TypeUrl = Type, Value = action.ToWire().ToByteString() });
        return marked;
    }

    /// <summary>Whether the result says that it is of this action.</summary>
    public static bool Has(Wire.ActionResult result, Digest action) => result.ExecutionMetadata?.AuxiliaryMetadata
        .Any(one => string.Equals(one.TypeUrl, Type, StringComparison.Ordinal) && one.Value.Span.SequenceEqual(action.ToWire().ToByteArray())) ?? false;

    /// <summary>The result without what others have written into it.</summary>
    public static Wire.ActionResult Without(Wire.ActionResult result)
    {
        var plain = result.Clone();
        plain.ExecutionMetadata?.AuxiliaryMetadata.Clear();
        // Said twice for other clients; here the root says it.
        foreach (var directory in plain.OutputDirectories)
            directory.TreeDigest = null;
        return plain;
    }
}
