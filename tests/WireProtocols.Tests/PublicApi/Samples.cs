using System.IO.Pipelines;
using System.Linq.Expressions;
using System.Reflection;

namespace WireProtocols.Tests.PublicApi;

/// <summary>Makes something of any type that can be made without knowing it, so that a test can call whatever is public.</summary>
public static class Samples
{
    private const int MostDepth = 3;

    private static readonly Dictionary<Type, Func<object>> Known = new()
    {
        [typeof(string)] = () => "x",
        [typeof(object)] = () => new object(),
        [typeof(Stream)] = () => Stream.Null,
        [typeof(PipeReader)] = () => PipeReader.Create(Stream.Null),
        [typeof(PipeWriter)] = () => PipeWriter.Create(Stream.Null),
        [typeof(TimeProvider)] = () => TimeProvider.System,
        [typeof(Uri)] = () => new Uri("http://localhost/"),
        [typeof(Type)] = () => typeof(object),
        [typeof(TextWriter)] = () => TextWriter.Null,
    };

    /// <summary>Makes one.</summary>
    /// <returns>False where it cannot be made.</returns>
    public static bool TryCreate(Type type, out object? sample) => TryCreate(type, MostDepth, out sample);

    private static bool TryCreate(Type type, int depth, out object? sample)
    {
        ArgumentNullException.ThrowIfNull(type);
        sample = null;
        if (Known.TryGetValue(type, out Func<object>? create))
        {
            sample = create();
        }
        else if (type.IsArray)
        {
            sample = Array.CreateInstance(type.GetElementType()!, 0);
        }
        else if (typeof(Delegate).IsAssignableFrom(type))
        {
            sample = CreateDelegate(type);
        }
        else if (type.IsGenericType && type.IsAssignableFrom(type.GetGenericArguments()[0].MakeArrayType()))
        {
            sample = Array.CreateInstance(type.GetGenericArguments()[0], 0);
        }
        else if (type.IsValueType)
        {
            sample = Activator.CreateInstance(type);
        }
        else if (!type.IsAbstract && depth > 0)
        {
            sample = Construct(type, depth);
        }

        return sample is not null || Nullable.GetUnderlyingType(type) is not null;
    }

    private static object? Construct(Type type, int depth)
    {
        foreach (ConstructorInfo constructor in type.GetConstructors().OrderBy(c => c.GetParameters().Length))
        {
            object?[] arguments = new object?[constructor.GetParameters().Length];
            bool canCall = constructor.GetParameters()
                .All(p => !p.ParameterType.IsByRefLike && TryCreate(p.ParameterType, depth - 1, out arguments[p.Position]));
            if (canCall)
            {
                try
                {
                    return constructor.Invoke(arguments);
                }
                catch (TargetInvocationException)
                {
                    // Not with these; perhaps with those of the next one.
                }
            }
        }

        return null;
    }

    /// <summary>One that gives back nothing, whatever it is called with.</summary>
    private static Delegate CreateDelegate(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        return Expression.Lambda(
            type,
            Expression.Default(invoke.ReturnType),
            invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType))).Compile();
    }
}
