using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;

namespace Monogres.Platforms.Lock;

/// <summary>
/// Reads and writes <c>packages.lock.json</c>. The text is a function of the lock: LF, packages sorted by name and one to
/// a line, so that a renewed lock shows in a diff what changed.
/// </summary>
public static class PackagesLockFile
{
    /// <summary>The name of the file, in the platform's folder of the index.</summary>
    public const string FileName = "packages.lock.json";

    private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly PackagesLockJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        // Versions have plus signs, which would be escaped although nothing here goes into a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new HashConverter(), new PathConverter(), new DateConverter() },
    });

    /// <summary>The text of a lock.</summary>
    public static string Write(PackagesLock packages)
    {
        var text = new StringBuilder("{\n");
        Line("version", packages.Version.ToString(CultureInfo.InvariantCulture));
        Line("platform", Quote(packages.Platform));
        Line("archive", Quote(packages.Archive));
        Line("suite", Quote(packages.Suite));
        Line("component", Quote(packages.Component));
        Line("architecture", Quote(packages.Architecture));
        Line("release", JsonSerializer.Serialize(packages.Release, Json.LockedRelease));
        text.Append("  \"packages\": [\n");
        text.AppendJoin(",\n", packages.Packages.OrderBy(package => package.Name, StringComparer.Ordinal)
            .Select(package => "    " + JsonSerializer.Serialize(package, Json.LockedPackage)));
        return text.Append("\n  ]\n}\n").ToString();

        void Line(string name, string value) => text.Append("  \"").Append(name).Append("\": ").Append(value).Append(",\n");
        static string Quote(string value) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)}\"";
    }

    /// <summary>Reads a lock and checks that it is whole: sorted, without duplicates, closed.</summary>
    /// <param name="text">The content of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="platform">The platform that it must be for.</param>
    /// <exception cref="UserErrorException">The text is not a lock, or is one of another platform or format.</exception>
    public static PackagesLock Read(string text, string file, string platform)
    {
        PackagesLock packages;
        try
        {
            packages = JsonSerializer.Deserialize(text, Json.PackagesLock) ?? throw new FormatException("it is null");
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw LockErrors.Unreadable(file, error.Message, platform);
        }

        return Fault(packages, platform) is { } fault ? throw LockErrors.Unreadable(file, fault, platform) : packages;
    }

    /// <summary>Reads a lock from its file.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="platform">The platform that it must be for.</param>
    /// <exception cref="UserErrorException">The file is not there, or is not a lock of this platform.</exception>
    public static PackagesLock ReadFile(string file, string platform)
    {
        try
        {
            return Read(File.ReadAllText(file), file, platform);
        }
        catch (IOException error)
        {
            throw LockErrors.Unreadable(file, error.Message, platform);
        }
    }

    private static string? Fault(PackagesLock packages, string platform)
    {
        if (packages.Version != PackagesLock.FormatVersion)
            return $"its format has version {packages.Version}, but this program reads version {PackagesLock.FormatVersion}";

        if (!string.Equals(packages.Platform, platform, StringComparison.Ordinal))
            return $"it is the lock of {packages.Platform}, not of {platform}";

        var names = packages.Packages.Select(package => package.Name).ToList();
        for (var i = 1; i < names.Count; i++)
        {
            if (string.CompareOrdinal(names[i - 1], names[i]) >= 0)
                return $"packages must be unique and sorted by name, but {names[i]} comes after {names[i - 1]}";
        }

        var known = names.ToHashSet(StringComparer.Ordinal);
        foreach (var package in packages.Packages)
        {
            if (package.Size < 0)
                return $"{package.Name} has a negative size";

            if (package.Depends.FirstOrDefault(name => !known.Contains(name)) is { } missing)
                return $"{package.Name} needs {missing}, which is not in the lock";
        }

        return null;
    }

    private sealed class HashConverter : JsonConverter<Sha256Hash>
    {
        public override Sha256Hash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Sha256Hash.TryParse(reader.GetString(), out var hash) ? hash : throw new JsonException($"'{reader.GetString()}' is not a SHA-256");

        public override void Write(Utf8JsonWriter writer, Sha256Hash value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private sealed class PathConverter : JsonConverter<RelativePath>
    {
        public override RelativePath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            RelativePath.TryParse(reader.GetString() ?? "", out var path) && !path.IsRoot ? path : throw new JsonException($"'{reader.GetString()}' is not a path in an archive");

        public override void Write(Utf8JsonWriter writer, RelativePath value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    private sealed class DateConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.TryParseExact(reader.GetString(), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? date
                : throw new JsonException($"'{reader.GetString()}' is not a date of the form 2026-07-11T10:16:37Z");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture));
    }
}

[JsonSerializable(typeof(PackagesLock))]
internal sealed partial class PackagesLockJson : JsonSerializerContext;
