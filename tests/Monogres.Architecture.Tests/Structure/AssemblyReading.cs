using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Monogres.Architecture.Tests.Structure;

/// <summary>Reads one room's assembly, without loading it, into what each of its types refers to.</summary>
internal sealed class AssemblyReading : ISignatureTypeProvider<int, int>
{
    private readonly MetadataReader metadata;
    private readonly PEReader image;
    private readonly string room;
    private readonly Dictionary<TypeName, TypeFacts> types = [];
    private TypeFacts current = null!;

    private AssemblyReading(string room, PEReader image)
    {
        this.room = room;
        this.image = image;
        metadata = image.GetMetadataReader();
    }

    /// <summary>The types of a room.</summary>
    public static ImmutableArray<TypeFacts> Of(string room)
    {
        using var program = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{Rooms.AssemblyOf(room)}.dll")));
        var reading = new AssemblyReading(room, program);
        foreach (var type in reading.metadata.TypeDefinitions)
            reading.Read(type);
        return [.. reading.types.Values.Where(type => !IsGenerated(type.Type)).OrderBy(type => type.Type.ToString(), StringComparer.Ordinal)];
    }

    private void Read(TypeDefinitionHandle handle)
    {
        var name = NameOf(handle);
        if (!types.TryGetValue(name, out var facts))
            types.Add(name, facts = new(name));
        current = facts;

        var type = metadata.GetTypeDefinition(handle);
        Declare(type.Name);
        Use(type.BaseType);
        Use(type.GetCustomAttributes());
        Use(type.GetGenericParameters());
        foreach (var one in type.GetInterfaceImplementations())
            Use(metadata.GetInterfaceImplementation(one).Interface);
        foreach (var one in type.GetFields())
        {
            var field = metadata.GetFieldDefinition(one);
            Declare(field.Name);
            field.DecodeSignature(this, 0);
            Use(field.GetCustomAttributes());
            if (field.GetDefaultValue() is { IsNil: false } constant && metadata.GetConstant(constant) is { TypeCode: ConstantTypeCode.String } text)
                current.Texts.Add((string)metadata.GetBlobReader(text.Value).ReadConstant(ConstantTypeCode.String)!);
        }

        foreach (var one in type.GetProperties())
        {
            var property = metadata.GetPropertyDefinition(one);
            Declare(property.Name);
            property.DecodeSignature(this, 0);
            Use(property.GetCustomAttributes());
        }

        foreach (var one in type.GetEvents())
        {
            Declare(metadata.GetEventDefinition(one).Name);
            Use(metadata.GetEventDefinition(one).Type);
        }

        foreach (var one in type.GetMethods())
            Read(metadata.GetMethodDefinition(one));
    }

    private void Read(MethodDefinition method)
    {
        Declare(method.Name);
        method.DecodeSignature(this, 0);
        Use(method.GetCustomAttributes());
        Use(method.GetGenericParameters());
        foreach (var one in method.GetParameters())
        {
            Declare(metadata.GetParameter(one).Name);
            Use(metadata.GetParameter(one).GetCustomAttributes());
        }

        if (method.RelativeVirtualAddress == 0)
            return;
        var body = image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, 0);
        foreach (var region in body.ExceptionRegions)
            Use(region.CatchType);
        foreach (var token in MethodBody.Tokens(body.GetILBytes()!))
        {
            var handle = MetadataTokens.Handle(token);
            if (handle.Kind == HandleKind.UserString)
                current.Texts.Add(metadata.GetUserString((UserStringHandle)handle));
            else
                Use((EntityHandle)handle);
        }
    }

    /// <summary>The compiler's own helpers beside the types that need them (collections, anonymous types, constant data): no part of any folder.</summary>
    private static bool IsGenerated(TypeName type) => type.Name.StartsWith('<');

    private void Use(TypeName type)
    {
        if (!IsGenerated(type))
            current.Uses.Add(type);
    }

    private void Declare(StringHandle name) => current.Names.Add(metadata.GetString(name));

    private void Use(CustomAttributeHandleCollection attributes)
    {
        foreach (var one in attributes)
            Use(metadata.GetCustomAttribute(one).Constructor);
    }

    private void Use(GenericParameterHandleCollection parameters)
    {
        foreach (var parameter in parameters)
        foreach (var constraint in metadata.GetGenericParameter(parameter).GetConstraints())
            Use(metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void Use(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                Use(NameOf((TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                Use((TypeReferenceHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, 0);
                break;
            case HandleKind.MethodDefinition:
                Use(metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Use(metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var method = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(this, 0);
                Use(method.Method);
                break;
            case HandleKind.MemberReference:
                Use(metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.StandaloneSignature:
                metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(this, 0);
                break;
            default:
                throw new InvalidOperationException($"{current.Type} refers to a {handle.Kind}, which this reading does not know");
        }
    }

    private void Use(MemberReference member)
    {
        Use(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
            member.DecodeFieldSignature(this, 0);
        else
            member.DecodeMethodSignature(this, 0);
        if (member.Parent.Kind == HandleKind.TypeReference)
            current.Members.Add($"{FullNameOf((TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}");
    }

    private void Use(TypeReferenceHandle handle)
    {
        var type = Outermost(handle);
        if (type.ResolutionScope.Kind != HandleKind.AssemblyReference)
            return;
        var assembly = metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name);
        if (Rooms.Named(assembly) is { } other)
            Use(NameOf(other, metadata.GetString(type.Namespace), metadata.GetString(type.Name)));
        else
            current.Outside.Add(FullNameOf(handle));
    }

    private TypeReference Outermost(TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
            type = metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        return type;
    }

    private string FullNameOf(TypeReferenceHandle handle)
    {
        var type = Outermost(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    private TypeName NameOf(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return NameOf(room, metadata.GetString(type.Namespace), metadata.GetString(type.Name));
    }

    /// <summary>What generators add to an assembly outside the room's namespaces, and <c>Program</c>, is the room's own.</summary>
    private static TypeName NameOf(string room, string spaceName, string name) =>
        new(room, spaceName.StartsWith("Monogres", StringComparison.Ordinal) ? spaceName : $"Monogres.{room}", name.Split('`')[0]);

    int ISignatureTypeProvider<int, int>.GetFunctionPointerType(MethodSignature<int> signature) => 0;

    int ISignatureTypeProvider<int, int>.GetGenericMethodParameter(int genericContext, int index) => 0;

    int ISignatureTypeProvider<int, int>.GetGenericTypeParameter(int genericContext, int index) => 0;

    int ISignatureTypeProvider<int, int>.GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

    int ISignatureTypeProvider<int, int>.GetPinnedType(int elementType) => 0;

    int ISignatureTypeProvider<int, int>.GetTypeFromSpecification(MetadataReader reader, int genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        Use(handle);
        return 0;
    }

    int ISimpleTypeProvider<int>.GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

    int ISimpleTypeProvider<int>.GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        Use((EntityHandle)handle);
        return 0;
    }

    int ISimpleTypeProvider<int>.GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        Use(handle);
        return 0;
    }

    int IConstructedTypeProvider<int>.GetArrayType(int elementType, ArrayShape shape) => 0;

    int IConstructedTypeProvider<int>.GetByReferenceType(int elementType) => 0;

    int IConstructedTypeProvider<int>.GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

    int IConstructedTypeProvider<int>.GetPointerType(int elementType) => 0;

    int ISZArrayTypeProvider<int>.GetSZArrayType(int elementType) => 0;
}
