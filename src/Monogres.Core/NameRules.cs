namespace Monogres.Core;

/// <summary>The spelling that names in the index share: lower-case, so that they are safe in file names, URLs and package names.</summary>
internal static class NameRules
{
    /// <summary>A lower-case letter, then lower-case letters, digits, and <c>-</c> or <c>_</c> inside.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is not (>= 'a' and <= 'z') || text[^1] is '-' or '_')
            return false;

        foreach (var c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_'))
                return false;
        }

        return true;
    }
}
