using System.Reflection;
using System.Runtime.Loader;

namespace Outpost.Node.Modules;

/// <summary>
/// Where one module lives: what it brings along is its own, in whatever versions; the SDK and the framework are the
/// node's, so that both sides mean the same interfaces. Goes away with its module.
/// </summary>
internal sealed class ModuleContext(string path) : AssemblyLoadContext($"module {path}", isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    public Assembly LoadModule() => LoadFromAssemblyPath(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == typeof(Sdk.Question).Assembly.GetName().Name)
        {
            return null;
        }

        var found = _resolver.ResolveAssemblyToPath(assemblyName);
        return found is null ? null : LoadFromAssemblyPath(found);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found
            ? LoadUnmanagedDllFromPath(found)
            : nint.Zero;
}
