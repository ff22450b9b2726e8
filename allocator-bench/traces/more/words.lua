-- words, tables, strings, closures: a small interpreter's day
local seed=42; local function rnd(n) seed=(seed*1103515245+12345)%2147483648; return seed%n+1 end
local words={} for i=1,3000 do local w={} for j=1,rnd(8)+1 do w[j]=string.char(96+rnd(26)) end words[i]=table.concat(w) end
local count,tree={},{}
local function put(t,k,v) if not t.k then t.k,t.v=k,v elseif k<t.k then t.l=t.l or {} put(t.l,k,v) elseif k>t.k then t.r=t.r or {} put(t.r,k,v) else t.v=v end end
for round=1,6 do local s={} for i=1,4000 do local w=words[rnd(#words)] s[#s+1]=w; count[w]=(count[w] or 0)+1; put(tree,w..round%3,i) end
 local text=table.concat(s," "):gsub("(%a+)",function(w) return w:upper()..#w end) 
 local l={} for w,n in pairs(count) do l[#l+1]={w=w,n=n} end table.sort(l,function(a,b) return a.n>b.n or (a.n==b.n and a.w<b.w) end) end
print(collectgarbage("count"))
