namespace Monogres.Index.Json;

/// <summary>Reads addresses on the web, which are always https.</summary>
internal static class WebAddress
{
    /// <summary>The stand-in for an address that could not be read.</summary>
    public static Uri Nowhere { get; } = new("https://invalid/");

    public static Uri Read(JsonField field)
    {
        var text = field.Text();
        return text.Length == 0 ? Nowhere : Parse(text, field);
    }

    /// <summary>The address that a text is once its placeholders are replaced; <see cref="Nowhere"/> after recording a problem of the field, once.</summary>
    public static Uri Parse(string text, JsonField field)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal))
            return address;

        field.ProblemOnce($"is `{text}`: expected an https address");
        return Nowhere;
    }
}
