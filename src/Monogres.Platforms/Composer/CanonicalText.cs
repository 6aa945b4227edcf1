using System.Text;
using Monogres.Core;

namespace Monogres.Platforms.Composer;

/// <summary>
/// A description of work, whose digest is the key under which its result is remembered. One line for each fact; a field
/// is written with its length in front, so that no two different lists of facts give one text.
/// </summary>
/// <param name="title">The kind of work and the version of its rules: changes when the same inputs would give another result.</param>
public sealed class CanonicalText(string title)
{
    private readonly StringBuilder _text = new(title + "\n");

    /// <summary>A fact.</summary>
    public void Add(string label, params ReadOnlySpan<string> fields)
    {
        _text.Append(label);
        foreach (var field in fields)
            _text.Append(' ').Append(Encoding.UTF8.GetByteCount(field)).Append(':').Append(field);
        _text.Append('\n');
    }

    /// <summary>The digest of the text.</summary>
    public Digest Digest => Digest.Of(ToBytes());

    /// <summary>The text in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());
}
