// A body that is a form: fields are bound before the handler runs, one file is read by it straight from the connection.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>Reads fields and files, and remembers what the form must be read for.</summary>
internal sealed class FormSource(Reading reading)
{
    private readonly List<string> _fields = [];
    private string? _file;
    private bool _isMany;
    private bool _isWhole;

    public FormBody Body => new(new(_fields.Distinct()), _file, _isMany, _isWhole);

    public static bool IsFile(ITypeSymbol type) => type.Is("Galley", "FormFile");

    public static bool IsFiles(ITypeSymbol type) => type.Is("System.Collections.Generic", "IAsyncEnumerable", 1) && IsFile(((INamedTypeSymbol)type).TypeArguments[0]);

    /// <summary>A field, a file or the files of that name; null when the type is none of these.</summary>
    public Parameter? Read(Asked asked, string name, string local)
    {
        if (IsFile(asked.Type) || IsFiles(asked.Type)) return File(asked, name, local);
        if (TextSource.Read(reading, asked, Place.Form, name, local) is not { } read) return null;
        _fields.Add(name);
        return read;
    }

    /// <summary>The form itself, to be read part by part.</summary>
    public Parameter? Whole(Asked asked)
    {
        _isWhole = true;
        reading.Wanted.Add(new(asked.Symbol, asked.Type, Place.WholeForm, asked.Name, !asked.Type.IsMaybeNull()));
        return new("", "", "read.Whole", false);
    }

    private Parameter? File(Asked asked, string name, string local)
    {
        if (_file is not null) return reading.Refuse(Descriptors.TwoFiles, asked, asked.Name, _file);
        _file = name;
        _isMany = IsFiles(asked.Type);
        bool isRequired = IsFile(asked.Type) && !asked.Type.IsMaybeNull();
        reading.Wanted.Add(new(asked.Symbol, asked.Type, Place.File, name, isRequired));
        string type = asked.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Annotated();
        return new(reading.Local(local), isRequired || IsFiles(asked.Type) ? type : type + "?",
            IsFiles(asked.Type) ? "read.Files()" : isRequired ? "read.RequiredFile(ref errors)" : "read.File", true);
    }
}
