using System.Text;

namespace Monogres.Proof.Signatures;

/// <summary>
/// What is signed of an envelope: its type and its content with their lengths, so that neither can be taken for the other
/// (DSSE 1.0.2, https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md).
/// </summary>
public static class PreAuthenticationEncoding
{
    /// <summary>The bytes to sign: <c>DSSEv1 LENGTH TYPE LENGTH CONTENT</c>, lengths in bytes and decimal.</summary>
    public static byte[] Of(string type, ReadOnlySpan<byte> content) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {content.Length} "), .. content];
}
