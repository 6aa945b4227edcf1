using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Monogres.Sources.Inspection;

/// <summary>Recognises licences by sentences that only their texts have (https://spdx.org/licenses/).</summary>
public static partial class LicenseTexts
{
    private const string LaterVersion = "(at your option) any later version";

    // In this order: the text of one licence can name another.
    private static readonly ImmutableArray<(string Id, ImmutableArray<string> Sentences)> Texts =
    [
        ("AGPL-3.0", ["gnu affero general public license version 3"]),
        ("LGPL-3.0", ["gnu lesser general public license version 3"]),
        ("LGPL-2.1", ["gnu lesser general public license version 2.1"]),
        ("LGPL-2.0", ["gnu library general public license version 2"]),
        ("GPL-3.0", ["gnu general public license version 3"]),
        ("GPL-2.0", ["gnu general public license version 2"]),
        ("MPL-2.0", ["mozilla public license", "2.0"]),
        ("Apache-2.0", ["apache license", "version 2.0"]),
        ("PostgreSQL", ["permission to use, copy, modify, and distribute this software and its documentation for any purpose, without fee, and without a written agreement is hereby granted"]),
        ("ISC", ["permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"]),
        ("ISC", ["permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted"]),
        ("MIT", ["permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files"]),
        ("BSD-3-Clause", ["redistribution and use in source and binary forms, with or without modification, are permitted", "to endorse or promote"]),
        ("BSD-2-Clause", ["redistribution and use in source and binary forms, with or without modification, are permitted"]),

        // Where the text itself is elsewhere.
        ("PostgreSQL", ["under the postgresql licen"]),
        ("PostgreSQL", ["under the terms of the postgresql licen"]),
        ("MIT", ["under the mit license"]),
    ];

    // The words of the PGXN Meta Spec that mean one licence only.
    private static readonly ImmutableDictionary<string, string> Words = ImmutableDictionary.CreateRange(StringComparer.OrdinalIgnoreCase,
    [
        KeyValuePair.Create("postgresql", "PostgreSQL"), KeyValuePair.Create("mit", "MIT"), KeyValuePair.Create("apache_2_0", "Apache-2.0"),
        KeyValuePair.Create("freebsd", "BSD-2-Clause"), KeyValuePair.Create("mozilla_2_0", "MPL-2.0"), KeyValuePair.Create("isc", "ISC"),
        KeyValuePair.Create("gpl_2", "GPL-2.0-only"), KeyValuePair.Create("gpl_3", "GPL-3.0-only"), KeyValuePair.Create("lgpl_2_1", "LGPL-2.1-only"),
        KeyValuePair.Create("lgpl_3_0", "LGPL-3.0-only"), KeyValuePair.Create("agpl_3", "AGPL-3.0-only"),
    ]);

    /// <summary>The licence that a text is, as an SPDX identifier; null when it is none of those known here.</summary>
    /// <param name="text">The file.</param>
    /// <param name="notices">What the source says elsewhere about which version of it holds: readme, heads of files.</param>
    public static string? Recognise(string text, string notices = "")
    {
        var words = Normalise(text);
        // The licence with the advertising clause is another one, and not free to combine with many.
        if (words.Contains("all advertising materials mentioning features", StringComparison.Ordinal))
            return null;

        foreach (var (id, sentences) in Texts)
        {
            if (sentences.All(sentence => words.Contains(sentence, StringComparison.Ordinal)))
                return id.Contains("GPL", StringComparison.Ordinal) ? $"{id}-{(Normalise(notices).Contains(LaterVersion, StringComparison.Ordinal) ? "or-later" : "only")}" : id;
        }

        return null;
    }

    /// <summary>The licence that the head of a file says that it is under, as an SPDX identifier; null when it says nothing known.</summary>
    public static string? OfNotice(string head)
    {
        var words = Normalise(head);
        if (SpdxNotice().Match(head) is { Success: true } spdx)
            return spdx.Groups["id"].Value;
        if (GnuNotice().Match(words) is { Success: true } gnu)
            return $"{(gnu.Groups["kind"].Value switch { "lesser " or "library " => "LGPL", "affero " => "AGPL", _ => "GPL" })}-{gnu.Groups["version"].Value}{(gnu.Groups["version"].Value.Contains('.', StringComparison.Ordinal) ? "" : ".0")}-{(gnu.Groups["later"].Success ? "or-later" : "only")}";
        return WordNotice().Match(words) is { Success: true } word ? OfName(word.Groups["name"].Value) : Recognise(head);
    }

    /// <summary>The licence that a sentence calls by its name, as an SPDX identifier; null when the name means several, or none.</summary>
    public static string? OfName(string name) => name.Trim().ToLowerInvariant() switch
    {
        "postgresql" or "postgres" => "PostgreSQL",
        "mit" => "MIT",
        "isc" => "ISC",
        "apache 2.0" or "apache-2.0" or "apache version 2.0" => "Apache-2.0",
        "mpl 2.0" or "mpl-2.0" => "MPL-2.0",
        "bsd 2-clause" or "2-clause bsd" or "bsd-2-clause" => "BSD-2-Clause",
        "bsd 3-clause" or "3-clause bsd" or "bsd-3-clause" => "BSD-3-Clause",
        _ => null,
    };

    /// <summary>The licence that a <c>META.json</c> names, as an SPDX identifier; null when its word means several.</summary>
    public static string? OfWord(string word) => Words.GetValueOrDefault(word);

    [GeneratedRegex(@"SPDX-License-Identifier:\s*(?<id>[\w.+-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex SpdxNotice();

    [GeneratedRegex(@"gnu (?<kind>lesser |library |affero )?general public licen[cs]e as published by the free software foundation[;,]? (either )?version (?<version>[\d.]*\d)( of the licen[cs]e)?(?<later>,? or \(at your option\) any later version)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex GnuNotice();

    [GeneratedRegex(@"\blicen[cs]e: (?<name>[\w.-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex WordNotice();

    // Lower case, one blank between words, without the marks of comments and emphasis.
    private static string Normalise(string text)
    {
        var normal = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || c is '*' or '#' or '>')
            {
                if (normal.Length > 0 && normal[^1] != ' ')
                    normal.Append(' ');
            }
            else
            {
                normal.Append(char.ToLowerInvariant(c));
            }
        }

        return normal.ToString();
    }
}
