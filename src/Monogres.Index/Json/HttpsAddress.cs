namespace Monogres.Index.Json;

/// <summary>Reads addresses on the web. Content is verified by digest; https keeps what is asked for from others.</summary>
internal static class HttpsAddress
{
    /// <summary>Stands in for an address that cannot be read.</summary>
    public static Uri Nowhere { get; } = new("https://invalid/");

    public static Uri Read(JsonField field)
    {
        var text = field.Text();
        return text.Length == 0 ? Nowhere : Parse(text, field);
    }

    /// <summary>An address of which the field is the template, or the whole.</summary>
    public static Uri Parse(string text, JsonField field)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal))
            return address;

        field.ProblemOnce($"is `{text}`: expected an https address");
        return Nowhere;
    }
}
