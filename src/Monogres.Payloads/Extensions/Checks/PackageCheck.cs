using System.Text.Json.Serialization;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>One thing that can be wrong with a built extension although its build succeeded. A check is a file here and a row in <see cref="PackageChecks"/>.</summary>
public abstract class PackageCheck
{
    /// <summary>Its name in findings, <c>executable-stack</c>.</summary>
    public abstract string Id { get; }

    /// <summary>What it finds, in one sentence without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>Why that matters, and what to do about it.</summary>
    public abstract string Explain { get; }

    /// <summary>How severe it is.</summary>
    public abstract CheckSeverity Severity { get; }

    /// <summary>Checks a payload.</summary>
    public abstract IEnumerable<CheckFinding> Find(CheckedPayload payload);

    /// <summary>Something that this check found.</summary>
    /// <param name="file">The file, relative to the prefix; null when it is in no file.</param>
    /// <param name="text">What was found, without a full stop.</param>
    protected CheckFinding Found(string? file, string text) => new(Id, Severity, file, text);
}

/// <summary>How severe the findings of a check are.</summary>
[JsonConverter(typeof(CheckSeverityConverter))]
public enum CheckSeverity
{
    /// <summary>It works here, but not everywhere or not permanently.</summary>
    Warning,

    /// <summary>It does not work, is not safe, or is not the same for everyone.</summary>
    Error,
}

/// <summary>Something that a check found.</summary>
/// <param name="Check">The check, <see cref="PackageCheck.Id"/>.</param>
/// <param name="Severity">How severe it is.</param>
/// <param name="File">The file, relative to the prefix; null when it is in no file of the payload.</param>
/// <param name="Text">What was found, in words.</param>
public sealed record CheckFinding(string Check, CheckSeverity Severity, string? File, string Text)
{
    /// <summary>Why the index expects it, so that it does not count; null when it does not.</summary>
    public string? Known { get; init; }

    /// <summary>What the check is called as a test, where the index says which tests differ.</summary>
    [JsonIgnore]
    public string TestName => $"check:{Check}";

    /// <summary>Whether a target with it has failed.</summary>
    [JsonIgnore]
    public bool IsFailure => Severity is CheckSeverity.Error && Known is null;

    /// <summary><c>lib/x.so: it requires an executable stack</c></summary>
    [JsonIgnore]
    public string What => File is null ? Text : $"{File}: {Text}";

    /// <summary><c>error executable-stack: lib/x.so: …</c></summary>
    public override string ToString() => $"{(Known is not null ? "known" : Severity is CheckSeverity.Error ? "error" : "warning")} {Check}: {What}{(Known is null ? "" : $" ({Known})")}";
}

/// <summary>Severities in lower case.</summary>
public sealed class CheckSeverityConverter() : JsonStringEnumConverter<CheckSeverity>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);
